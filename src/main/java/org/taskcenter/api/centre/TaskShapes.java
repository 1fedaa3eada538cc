package org.taskcenter.api.centre;

import com.fasterxml.jackson.databind.util.RawValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.taskcenter.listing.Listed;
import org.taskcenter.platform.PlatformTasks;

/** Tasks as the lists show them. */
final class TaskShapes {
    private final PlatformTasks tasks;

    /** @param tasks where long data is read from */
    TaskShapes(PlatformTasks tasks) {
        this.tasks = tasks;
    }

    Map<String, Object> own(Listed task) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("id", task.id());
        shape.put("created_at", task.submitTime());
        shape.put("updated_at", task.updatedAt());
        shape.put("task_id", task.taskId());
        shape.put("platform", task.platform());
        shape.put("user_id", task.account());
        shape.put("quota", task.quota());
        shape.put("action", task.action());
        shape.put("status", task.status());
        shape.put("fail_reason", task.failReason());
        shape.put("submit_time", task.submitTime());
        shape.put("start_time", task.startTime());
        shape.put("finish_time", task.finishTime());
        shape.put("progress", task.progress());
        // JSON as it was stored by us
        shape.put("properties", new RawValue(task.properties()));
        shape.put("data", task.data() == null ? new LongData(tasks, task.id()) : new RawValue(task.data()));
        return shape;
    }

    Map<String, Object> everybodys(Listed task) {
        Map<String, Object> shape = own(task);
        shape.put("channel_id", task.channel());
        shape.put("username", task.user() == null ? "" : task.user());
        shape.put("upstream_task_id", task.upstreamId() == null ? "" : task.upstreamId());
        return shape;
    }
}
