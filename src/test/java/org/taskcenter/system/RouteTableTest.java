package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RouteTableTest {
    @Test
    void everyRouteOfTheProgramIsInTheTable() {
        assertThat(RouteTable.ROWS)
                .extracting(RouteTable.Row::route)
                .as("who may use a new route stands in RouteTable")
                .containsExactlyInAnyOrderElementsOf(Routes.ofTheProgram());
    }
}
