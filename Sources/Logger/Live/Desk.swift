import Glibc
import Metering
import Synchronization

/// Where the threads of the inputs lay down what the log is to take, and the writer picks it up.
///
/// No input ever waits for the database, and none for another input. What lies here is bounded (`Waiting`).
final class Desk: Sendable {
  private let waiting = Mutex(Waiting())
  private let bell: WakePipe
  private let lowDisk = Atomic<Bool>(false)

  init() throws(SystemError) { bell = try WakePipe() }

  /// Lays down what an input has brought; wakes the writer for registers.
  func put(_ records: Waiting) {
    guard !records.isEmpty else { return }
    waiting.withLock { $0.take(records) }
    if records.hasRegisters { ring() }
  }

  func note(_ kind: LogEvent.Kind, _ text: String, at time: UTCTime) {
    waiting.withLock { $0.note(LogEvent(time: time, kind: kind, text: text)) }
  }

  /// Takes all that lies there.
  func clear() -> Waiting {
    waiting.withLock { waiting in
      defer { waiting = Waiting() }
      return waiting
    }
  }

  /// There is little room on the disk: what can be done without is not written.
  var isDiskLow: Bool {
    get { lowDisk.load(ordering: .relaxed) }
    set { lowDisk.store(newValue, ordering: .relaxed) }
  }

  /// Wakes the writer.
  func ring() {
    var octet: UInt8 = 0
    _ = write(bell.writeEnd.number, &octet, 1)
  }

  /// Sleeps until the bell is rung, the end is requested or `span` has passed.
  func wait(upTo span: TimeSpan, unless stop: Stop) -> Stop.Wake {
    let wake = stop.wait(for: bell.readEnd.number, upTo: span)
    if case .ready = wake {
      var octets = [UInt8](repeating: 0, count: 64)
      while case .octets = bell.readEnd.read(into: &octets) {}
    }
    return wake
  }
}
