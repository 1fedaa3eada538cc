package org.taskcenter.api.centre;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.sql.SQLException;
import org.taskcenter.platform.PlatformTasks;

/** Data of a task that is read when it is written, so that an answer never has more of them in memory than one. */
final class LongData extends JsonSerializable.Base {
    private final PlatformTasks tasks;
    private final long id;

    LongData(PlatformTasks tasks, long id) {
        this.tasks = tasks;
        this.id = id;
    }

    @Override
    public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
        String data;
        try {
            data = tasks.data(id);
        } catch (SQLException e) {
            CentreLog.LOG.brokenOff(id, e);
            throw new IOException("the database does not answer", e);
        }
        generator.writeRawValue(data == null ? "null" : data);
    }

    @Override
    public void serializeWithType(JsonGenerator generator, SerializerProvider provider, TypeSerializer typed)
            throws IOException {
        serialize(generator, provider);
    }
}
