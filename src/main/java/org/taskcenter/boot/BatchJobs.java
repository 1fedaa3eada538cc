package org.taskcenter.boot;

import jakarta.batch.operations.BatchRuntimeException;
import jakarta.batch.runtime.BatchRuntime;
import java.util.Map;
import java.util.Properties;
import org.taskcenter.ansible.Jobs;

/** Jobs of the server's batch runtime (Jakarta Batch). To be used on threads of the server's, outside of any transaction. */
final class BatchJobs implements Jobs {
    @Override
    public void start(String name, Map<String, String> parameters) throws NotStarted {
        Properties properties = new Properties();
        properties.putAll(parameters);
        try {
            BatchRuntime.getJobOperator().start(name, properties);
        } catch (BatchRuntimeException e) {
            throw new NotStarted(e);
        }
    }
}
