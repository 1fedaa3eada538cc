package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.platform.SunoDesk.assertError;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.taskcenter.platform.SunoDesk.Channel;
import org.taskcenter.platform.SunoDesk.User;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/** The lists show the tasks of third parties by every filter, to their accounts and to administrators. */
class ListFiltersIT {
    @AutoClose
    private final SunoDesk desk = SunoDesk.quick();

    @Test
    void theListsShowThemByEveryFilter() throws Exception {
        Channel first = desk.channel(1);
        SunoStub suno = first.suno();
        User user = desk.user(10_000);
        User other = desk.user(10_000);
        String others = other.suno().song("not mine");
        String done = user.suno().song("done");
        String lyrics = user.suno()
                .submit("Lyrics", TaskClient.body().put("prompt", "a rhyme"))
                .at("/data")
                .asText();
        String open = user.suno().submit("song", "{}").at("/data").asText();
        suno.refuseNext(Answer.of(422, "{\"code\":\"no\",\"message\":\"not that\"}"));
        assertError(user.suno().submit("music", "{}"), 422, "no");
        ObjectNode success = TaskClient.body()
                .put("status", "SUCCESS")
                .put("submit_time", 5)
                .put("start_time", 1_640_908_900)
                .put("finish_time", 1_640_909_000);
        success.putArray("data").addObject().put("audio_url", "https://example.org/1.mp3");
        suno.say(suno.ids().get(1), success);
        suno.say(suno.ids().get(2), "IN_PROGRESS", "37%");
        user.suno().await(done, "SUCCESS");
        user.suno().await(lyrics, "IN_PROGRESS");
        Channel second = desk.painter();
        String drawn = new TaskClient(desk.centre.baseUri(), user.token(), "/platform/painter")
                .submit("draw", "{}")
                .at("/data")
                .asText();

        JsonNode all = user.list("");
        assertThat(names(all)).startsWith(drawn).endsWith(open, lyrics, done).hasSize(5);
        String failed = names(all).get(1);
        JsonNode task = all.at("/items/4");
        assertThat(task.path("action").asText()).isEqualTo("song");
        assertThat(task.path("progress").asText()).isEqualTo("100%");
        assertThat(task.path("quota").isIntegralNumber()).isTrue();
        assertThat(task.path("submit_time").asLong()).isGreaterThan(1_640_909_000);
        assertThat(task.path("start_time").asLong()).isEqualTo(1_640_908_900);
        assertThat(task.path("finish_time").asLong()).isEqualTo(1_640_909_000);
        assertThat(task.at("/data/0/audio_url").asText()).isEqualTo("https://example.org/1.mp3");
        assertThat(task.at("/properties/input").asText()).isEqualTo("done");
        assertThat(task.has("channel_id")).isFalse();
        task = all.at("/items/1");
        assertThat(task.path("quota").asLong()).as("after its refund").isEqualTo(100);
        assertThat(task.path("fail_reason").asText()).isEqualTo("not that");
        assertThat(task.path("finish_time").asLong()).isPositive();

        assertThat(names(user.list("status=SUCCESS"))).containsExactly(done);
        assertThat(names(user.list("status=FAILURE"))).containsExactly(failed);
        assertThat(names(user.list("status=IN_PROGRESS"))).containsExactly(lyrics);
        assertThat(names(user.list("status=SUBMITTED"))).containsExactly(drawn, open);
        assertThat(names(user.list("status=UNKNOWN"))).isEmpty();
        assertThat(names(user.list("action=lyrics"))).containsExactly(lyrics);
        assertThat(names(user.list("action=MUSIC"))).containsExactly(failed, open, done);
        assertThat(names(user.list("platform=painter"))).containsExactly(drawn);
        assertThat(names(user.list("platform=suno&action=song&status=FAILURE"))).containsExactly(failed);
        assertThat(names(user.list("task_id=" + open))).containsExactly(open);
        assertThat(names(user.list("task_id=" + others))).isEmpty();
        assertThat(names(user.list("task_id=" + suno.ids().get(1)))).isEmpty();
        long from = all.at("/items/4/submit_time").asLong();
        long to = all.at("/items/0/submit_time").asLong();
        assertThat(names(user.list("start_timestamp=" + from + "&end_timestamp=" + to)))
                .isEqualTo(names(all));
        assertThat(names(user.list("end_timestamp=" + (from - 1)))).isEmpty();
        assertThat(names(user.list("start_timestamp=" + (to + 1)))).isEmpty();

        assertThat(names(desk.everybodys("user_id=" + user.id()))).isEqualTo(names(all));
        assertThat(names(desk.everybodys("user_id=" + other.id()))).containsExactly(others);
        assertThat(names(desk.everybodys("channel_id=" + second.id()))).containsExactly(drawn);
        assertThat(names(desk.everybodys("channel_id=" + first.id())))
                .containsExactly(failed, open, lyrics, done, others);
        JsonNode found = desk.everybodys("task_id=" + suno.ids().get(1)).at("/items");
        assertThat(found.findValuesAsText("task_id")).containsExactly(done);
        assertThat(found.at("/0/upstream_task_id").asText())
                .isEqualTo(suno.ids().get(1));
        assertThat(found.at("/0/channel_id").asLong()).isEqualTo(first.id());
        assertThat(found.at("/0/username").asText()).startsWith("desk user ");
    }

    private static List<String> names(JsonNode list) {
        List<String> names = list.at("/items").findValuesAsText("task_id");
        assertThat(list.at("/total").asLong()).isEqualTo(names.size());
        return names;
    }
}
