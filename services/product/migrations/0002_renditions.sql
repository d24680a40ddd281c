-- Pictures in smaller sizes are made at night, and count as bytes of whoever has the picture.
ALTER TABLE media
  ADD COLUMN rendition_bytes bigint NOT NULL DEFAULT 0 CHECK (rendition_bytes >= 0),
  -- The recipe that was followed last, also where nothing came of it; null where none was.
  ADD COLUMN rendition_recipe int,
  -- Why there are none, where there is another reason than the picture's size.
  ADD COLUMN rendition_refusal text,
  -- Begun and not ended: a picture that ends the process is left alone after a few times.
  ADD COLUMN rendition_attempts int NOT NULL DEFAULT 0;
