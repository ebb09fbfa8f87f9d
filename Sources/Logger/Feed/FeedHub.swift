import Glibc
import Synchronization

/// What the feed's thread and the rest of the program share: lines on their way, the newest status, counts.
final class FeedHub: Sendable {
  let listener: FeedListener
  /// Becomes readable when there is something in the outbox.
  let bell: WakePipe
  private let outbox = Mutex(Outbox())
  private let newest: Mutex<LoggerStatus>
  let readers = Atomic<Int>(0)
  let slowReaders = Atomic<Int>(0)

  struct Outbox {
    var lines: [[UInt8]] = []
    var octets = 0
    /// Lines were lost here, for every reader.
    var isOverrun = false
    var isClosing = false
  }

  init(listener: consuming FeedListener, status: LoggerStatus) throws(SystemError) {
    bell = try WakePipe()
    self.listener = listener
    newest = Mutex(status)
  }

  /// Lines wait here for microseconds; no more than a reader may have waiting. What is beyond that is lost, and known to be.
  func put(_ line: [UInt8]) {
    outbox.withLock { outbox in
      guard outbox.octets + line.count <= FeedReader.room else {
        outbox.isOverrun = true
        return
      }
      outbox.lines.append(line)
      outbox.octets += line.count
    }
    ring()
  }

  func close() {
    outbox.withLock { $0.isClosing = true }
    ring()
  }

  private func ring() {
    var octet: UInt8 = 0
    // A full pipe has been rung often enough.
    _ = write(bell.writeEnd.number, &octet, 1)
  }

  /// What has been put since the last time.
  func take() -> Outbox {
    var octets = [UInt8](repeating: 0, count: 512)
    while case .octets(let count) = bell.readEnd.read(into: &octets), count == octets.count {}
    return outbox.withLock { outbox in
      defer { outbox = Outbox(isClosing: outbox.isClosing) }
      return outbox
    }
  }

  var status: LoggerStatus {
    get { newest.withLock { $0 } }
    set { newest.withLock { $0 = newValue } }
  }
}
