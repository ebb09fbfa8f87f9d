import Glibc
import Metering
import Synchronization

/// Ends the program two seconds after it was told to stop, whatever hangs by then: a port, a disk, a locked database.
///
/// A service manager waits no longer than that gladly, and before a power cut there is no more time. What was committed is
/// safe; what was not is lost, and the exit code says so.
enum StopGuard {
  static let patience = TimeSpan.seconds(2)
  private static let isCommitted = Atomic(false)

  /// Nothing can be lost any more, however long the end takes.
  static func allIsCommitted() { isCommitted.store(true, ordering: .sequentiallyConsistent) }

  /// Errors: no thread is to be had.
  static func begin(_ stop: Stop) throws(SystemError) {
    _ = try Thread {
      while stop.wait(upTo: .hours(24)) != .stopped {}
      // The pause is the point of this thread: whoever stops in good order has ended the process before it is over.
      usleep(UInt32(StopGuard.patience.milliseconds) * 1000)
      // To bring the write-ahead log into the file may take a worn card longer: the next start does it.
      if isCommitted.load(ordering: .sequentiallyConsistent) { _exit(0) }
      tell("told to stop, but the database or the port hung for 2 s: what was not committed yet is lost")
      _exit(2)
    }
  }
}
