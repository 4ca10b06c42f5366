-- The book, its audit and its search index.
CREATE TABLE booking (
  id INTEGER PRIMARY KEY,
  room TEXT NOT NULL CHECK (room IN ('대회의실', '중회의실', '소회의실')),
  starts_at TEXT NOT NULL CHECK (datetime(starts_at) IS NOT NULL),
  ends_at TEXT NOT NULL CHECK (datetime(ends_at) > datetime(starts_at)),
  purpose TEXT NOT NULL CHECK (length(purpose) BETWEEN 1 AND 60),
  people INTEGER CHECK (people BETWEEN 1 AND 300),
  note TEXT,
  unit TEXT NOT NULL,
  changed_by TEXT NOT NULL
);
CREATE TABLE booking_audit (
  id INTEGER PRIMARY KEY,
  at TEXT DEFAULT CURRENT_TIMESTAMP,
  actor TEXT,
  booking INTEGER,
  before TEXT,
  after TEXT
);
CREATE VIRTUAL TABLE booking_fts USING fts5(room, purpose, note, content="booking", content_rowid='id');
CREATE TRIGGER booking_free_insert BEFORE INSERT ON booking WHEN EXISTS (
  SELECT 1 FROM booking b WHERE b.room = new.room AND b.starts_at < new.ends_at AND b.ends_at > new.starts_at
) BEGIN SELECT RAISE(ABORT, '이미 찼습니다'); END;
CREATE TRIGGER booking_free_update BEFORE UPDATE ON booking WHEN EXISTS (
  SELECT 1 FROM booking b
  WHERE b.room = new.room AND b.starts_at < new.ends_at AND b.ends_at > new.starts_at AND b.id != new.id
) BEGIN SELECT RAISE(ABORT, '이미 찼습니다'); END;
CREATE TRIGGER booking_insert AFTER INSERT ON booking BEGIN
  INSERT INTO booking_fts (rowid, room, purpose, note) VALUES (new.id, new.room, new.purpose, new.note);
  INSERT INTO booking_audit (actor, booking, after)
  VALUES (new.changed_by, new.id, json_array(new.room, new.starts_at, new.ends_at, new.purpose, new.people, new.note));
END;
CREATE TRIGGER booking_update AFTER UPDATE ON booking BEGIN
  INSERT INTO booking_fts (booking_fts, rowid, room, purpose, note)
  VALUES ('delete', old.id, old.room, old.purpose, old.note);
  INSERT INTO booking_fts (rowid, room, purpose, note) VALUES (new.id, new.room, new.purpose, new.note);
  INSERT INTO booking_audit (actor, booking, before, after)
  VALUES (
    new.changed_by, new.id,
    json_array(old.room, old.starts_at, old.ends_at, old.purpose, old.people, old.note),
    json_array(new.room, new.starts_at, new.ends_at, new.purpose, new.people, new.note)
  );
END;
