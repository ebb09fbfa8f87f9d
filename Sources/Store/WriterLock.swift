import Foundation

/// Held for as long as a writer is open: a database has one writer at a time.
///
/// SQLite would let two in, and releases before 3.51.3 can then, rarely, damage a write-ahead log that one connection resets
/// while another writes. The lock is on a file of its own (`ams.sqlite-lock`), because closing any descriptor of the
/// database itself would drop SQLite's own locks. The kernel frees it however the process ends; the file stays when the process
/// was killed, so it belongs to whom the log belongs, and one that somebody else left is no hindrance.
struct WriterLock: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Errors: another writer has it; the folder may not be written.
  init(of file: DatabaseFile) throws(StoreError) {
    path = file.resolvedPath + "-lock"
    descriptor = try WriterLock.held(path, of: file)
  }

  /// The file with its lock taken.
  private static func held(_ path: String, of file: DatabaseFile) throws(StoreError) -> Int32 {
    while true {
      let (descriptor, isOurs) = try opened(path, of: file)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw StoreError(
          "\(file.path): another ams-logger is writing to it. Stop that one, or point --database at another file.")
      }
      // The one who had it may have removed the file between our two calls: then the lock is on a file without a name.
      var status = stat()
      let isNamed = fstat(descriptor, &status) == 0 && status.st_nlink > 0
      if isNamed, isOurs { return descriptor }
      // Nobody writes behind a lock that we have got: what another user left goes, and is made anew as ours.
      let code = isNamed && unlink(path) != 0 ? errno : 0
      close(descriptor)
      if code != 0 { throw failure(path, code) }
    }
  }

  /// Opens the file, or makes it. `isOurs` is false for one that this user may read and not write.
  private static func opened(_ path: String, of file: DatabaseFile) throws(StoreError) -> (Int32, isOurs: Bool) {
    while true {
      // Never through a link: root works here in folders that others may write.
      let made = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
      if made >= 0 {
        // Whatever the umask is, whoever comes next must be able to look whether it is held.
        fchmod(made, 0o644)
        // Where there are no owners this fails, and nothing is lost: the next one makes the file anew.
        if let owner = file.owner { _ = owner.give(made) }
        return (made, true)
      }
      guard errno == EEXIST else { throw failure(path, errno) }
      let there = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
      if there >= 0 { return (there, true) }
      if errno == EACCES {
        let readable = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        if readable >= 0 { return (readable, false) }
      }
      // It went meanwhile.
      guard errno == ENOENT else { throw failure(path, errno) }
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> StoreError {
    let hint = code == EACCES && access(path, F_OK) == 0 ? "If no ams-logger runs, delete it. " : ""
    return StoreError(
      "\(path) cannot be made: \(String(cString: strerror(code))). "
        + "\(hint)Let this user write the folder, or point --database at another file.", .host)
  }

  /// Gives the lock back; for one that is held only for the length of a function.
  consuming func release() {}

  deinit {
    unlink(path)
    close(descriptor)
  }
}
