-- +goose Up

-- The numbers of originals that came before they were noted. The bit rate follows from what is
-- known; the size of the picture is known where the original is a download as it is, and else
-- is noted when the file is next looked into.
UPDATE media_files
   SET bitrate = (SELECT CAST(media_files.size * 8 / m.duration AS BIGINT) FROM media m WHERE m.id = media_files.media_id)
 WHERE kind = 'original' AND bitrate = 0
   AND EXISTS (SELECT 1 FROM media m WHERE m.id = media_files.media_id AND m.duration > 0);

UPDATE media_files
   SET width = (SELECT MAX(f.width) FROM media_files f
                 WHERE f.media_id = media_files.media_id AND f.kind = 'mp4' AND f.object_key = media_files.object_key),
       height = (SELECT MAX(f.height) FROM media_files f
                  WHERE f.media_id = media_files.media_id AND f.kind = 'mp4' AND f.object_key = media_files.object_key)
 WHERE kind = 'original' AND width = 0
   AND EXISTS (SELECT 1 FROM media_files f
                WHERE f.media_id = media_files.media_id AND f.kind = 'mp4' AND f.object_key = media_files.object_key);
