import Foundation

/// Held for as long as a writer is open: a database has one writer at a time.
///
/// SQLite would let two in, and releases before 3.51.3 can then, rarely, damage a write-ahead log that one connection resets
/// while another writes. The lock is on a file of its own (`ams.sqlite-lock`), because closing any descriptor of the
/// database itself would drop SQLite's own locks. The kernel frees it however the process ends.
struct WriterLock: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Errors: another writer has it; the folder may not be written.
  init(of file: DatabaseFile) throws(StoreError) {
    let path = file.resolvedPath + "-lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        throw StoreError(
          "\(path) cannot be made: \(String(cString: strerror(errno))). "
            + "Let this user write the folder, or point --database at another file.")
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw StoreError(
          "\(file.path): another ams-logger is writing to it. Stop that one, or point --database at another file.")
      }
      // The one who had it may have removed the file between our two calls: then the lock is on a file without a name.
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_nlink > 0 {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  /// Gives the lock back; for one that is held only for the length of a function.
  consuming func release() {}

  deinit {
    unlink(path)
    close(descriptor)
  }
}
