import Foundation
import Metering
import TestSupport
import Testing

@testable import Store

/// What root makes beside the log of a service is no hindrance to that service.
@Suite(.enabled(if: geteuid() == 0, "only root can give files away")) struct OwnerTests {
  private static let nobody: uid_t = 65_534

  /// Runs `body` with a folder that belongs to nobody.
  private func withServiceFolder(_ body: (String) throws -> Void) throws {
    try withScratchFolder { folder in
      #expect(chown(folder, Self.nobody, Self.nobody) == 0)
      try body(folder)
    }
  }

  private func owner(_ path: String) -> uid_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_uid : nil
  }

  private func rights(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  @Test func `a lock file that root left is made anew by whom the folder belongs to`() throws {
    try withServiceFolder { folder in
      let path = folder + "/ams.sqlite"
      let file = try DatabaseFile(path: path, for: .writing)
      try Data().write(to: URL(filePath: path + "-lock"))
      #expect(chmod(path + "-lock", 0o644) == 0)
      try asNobody {
        let lock = try WriterLock(of: file)
        #expect(owner(path + "-lock") == Self.nobody)
        #expect(throws: StoreError.self) { _ = try WriterLock(of: file) }
        lock.release()
      }
      #expect(owner(path + "-lock") == nil)
    }
  }

  @Test func `a lock file that root holds is held for others, too`() throws {
    try withServiceFolder { folder in
      let path = folder + "/ams.sqlite"
      let file = try DatabaseFile(path: path, for: .writing)
      let descriptor = open(path + "-lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      defer { close(descriptor) }
      #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
      let error = #expect(throws: StoreError.self) { try asNobody { _ = try WriterLock(of: file) } }
      #expect(error?.message.contains("another ams-logger is writing") == true)
      #expect(owner(path + "-lock") == 0)
    }
  }

  @Test func `the lock file of root belongs to the owner of the log, or of the folder where there is none`() throws {
    try withServiceFolder { folder in
      let path = folder + "/ams.sqlite"
      let file = try DatabaseFile(path: path, for: .writing)
      var lock = try WriterLock(of: file)
      #expect(owner(path + "-lock") == Self.nobody)
      lock.release()
      try Data().write(to: URL(filePath: path))
      #expect(chown(path, 7, 7) == 0)
      lock = try WriterLock(of: file)
      #expect(owner(path + "-lock") == 7)
      lock.release()
    }
  }

  @Test func `a lock file that is a link is not followed`() throws {
    try withServiceFolder { folder in
      let path = folder + "/ams.sqlite"
      let other = folder + "/other"
      try Data().write(to: URL(filePath: other))
      try FileManager.default.createSymbolicLink(atPath: path + "-lock", withDestinationPath: other)
      let file = try DatabaseFile(path: path, for: .writing)
      #expect(throws: StoreError.self) { _ = try WriterLock(of: file) }
      #expect(owner(other) == 0)
    }
  }

  @Test func `a log that root puts back belongs to whom the log before it belonged, with its rights`() throws {
    try withServiceFolder { folder in
      let (path, copy) = (folder + "/ams.sqlite", folder + "/copy.sqlite")
      let writer = try LogWriter(path: path, zone: oslo)
      _ = try writer.meterKey(for: aidon, input: "port", seen: one)
      try writer.close()
      _ = try Backup.make(of: path, to: copy)
      #expect(chown(path, 7, 7) == 0 && chmod(path, 0o640) == 0)
      _ = try Backup.restore(from: copy, to: path, now: one)
      #expect(owner(path) == 7 && rights(path) == 0o640)
      // Where there is none, to whom the folder belongs.
      try FileManager.default.removeItem(atPath: path)
      _ = try Backup.restore(from: copy, to: path, now: one)
      #expect(owner(path) == Self.nobody)
      #expect(owner(copy) == 0)
    }
  }
}
