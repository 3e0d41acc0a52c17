-- What was taken back, failed for good or is in doubt is no word of ours: its threads wait for an answer again. Before,
-- they counted as answered. Bit 7 of thread_node.flags (core/thread/node.h), bit 11 of message.flags (timeline.h).
UPDATE thread_node SET flags = flags | 128 WHERE message_id IN
  (SELECT message_id FROM outbox_update WHERE purpose = 0 AND state IN (7, 8, 9));
UPDATE message SET flags = flags | 2048 WHERE id IN
  (SELECT message_id FROM outbox_update WHERE purpose = 0 AND state IN (7, 8, 9));
UPDATE thread SET last_out_at =
    (SELECT MAX(n.at) FROM thread_node n WHERE n.thread_id = thread.id AND (n.flags & 129) = 1),
  last_at = COALESCE((SELECT MAX(n.at) FROM thread_node n WHERE n.thread_id = thread.id AND (n.flags & 128) = 0), last_at),
  last_direction = COALESCE((SELECT n.flags & 1 FROM thread_node n WHERE n.thread_id = thread.id AND (n.flags & 128) = 0
                             ORDER BY n.at DESC, n.flags & 1 DESC LIMIT 1), last_direction)
  WHERE id IN (SELECT n.thread_id FROM outbox_update u JOIN thread_node n ON n.message_id = u.message_id
               WHERE u.purpose = 0 AND u.state IN (7, 8, 9));
UPDATE inbox_thread SET
  last_at = (SELECT t.last_at FROM thread t WHERE t.id = inbox_thread.thread_id),
  awaiting = (SELECT CASE WHEN t.last_ask_at IS NOT NULL AND (t.last_out_at IS NULL OR t.last_out_at < t.last_ask_at)
                     THEN 1 ELSE 0 END FROM thread t WHERE t.id = inbox_thread.thread_id),
  last_message_id = COALESCE((SELECT m.id FROM message m WHERE m.thread_id = inbox_thread.thread_id AND (m.flags & 2048) = 0
                              ORDER BY m.at DESC, m.id DESC LIMIT 1), last_message_id)
  WHERE thread_id IN (SELECT n.thread_id FROM outbox_update u JOIN thread_node n ON n.message_id = u.message_id
                      WHERE u.purpose = 0 AND u.state IN (7, 8, 9));
