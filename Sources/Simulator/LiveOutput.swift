import Glibc

/// Where a meter that plays live sends its octets.
package protocol LiveOutput: AnyObject {
  /// What a reader opens: `/dev/pts/3` or `127.0.0.1:5000`.
  var address: String { get }

  /// Returns when somebody may read, or when `stop` says so.
  func waitForReader(until stop: () -> Bool)

  /// Sends the octets. A reader that is gone or asleep loses them; the meter goes on.
  func send(_ octets: [UInt8])
}

/// Waits at most `milliseconds` for something to happen at a descriptor; false when nothing did.
func waitFor(_ events: Int32, at descriptor: Int32, milliseconds: Int32) -> Bool {
  var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  return poll(&request, 1, milliseconds) > 0
}

/// Makes reads and writes return at once.
func setNonBlocking(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
}
