import Glibc
import Metering

/// The request to end, seen by every thread that waits on it. Once made it stays.
final class Stop: Sendable {
  private let pipe: WakePipe

  init() throws(SystemError) {
    pipe = try WakePipe()
  }

  /// Asks for the end; from any thread, any number of times.
  func request() {
    var octet: UInt8 = 0
    // A full pipe has been asked often enough.
    _ = write(pipe.writeEnd.number, &octet, 1)
  }

  var isRequested: Bool { wait(upTo: .zero) == .stopped }

  /// Where a signal handler writes one octet in place of calling `request()`.
  var requestNumber: Int32 { pipe.writeEnd.number }

  enum Wake: Hashable, Sendable {
    /// The descriptor has these poll events.
    case ready(Int16)
    case timedOut
    case stopped
  }

  /// Sleeps until `descriptor` has one of `events`, the end is requested or `span` has passed; the end goes first.
  ///
  /// Inputs, pauses and time-outs all sleep here; only the feed, with its many readers, has a `poll` of its own.
  func wait(for descriptor: Int32 = -1, events: Int32 = POLLIN, upTo span: TimeSpan) -> Wake {
    let deadline = Deadline(in: span)
    var watched = [
      pollfd(fd: descriptor, events: Int16(events), revents: 0),
      pollfd(fd: pipe.readEnd.number, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let rest = deadline.remaining.milliseconds
      let count = poll(&watched, nfds_t(watched.count), Int32(clamping: rest))
      if count > 0 { return watched[1].revents != 0 ? .stopped : .ready(watched[0].revents) }
      if count == 0 && rest <= Int64(Int32.max) { return .timedOut }
      // Below zero is an interruption: a signal has written to the pipe, or the rest of the time is slept.
    }
  }
}
