import Frames
import Metering
import Synchronization

/// What the other threads may see of an input: its thread writes, the writer's loop, alarms and `status` read.
final class InputView: Sendable {
  /// As it was at one moment.
  struct Snapshot: Sendable {
    var state = LinkState.closed("not opened yet")
    /// `2400 8N1`, with its port where that was searched for; nil where it is no serial line.
    var line: String?
    var counts = Pipeline.Counts()
    /// The meter that was heard last.
    var meter: MeterIdentity?
    var lastMessage: UTCTime?
    var lastRegisters: UTCTime?
    /// The meter's clock less the time of arrival, of the last list that had one.
    var clockOffset: TimeSpan?
    /// Of the clock that never steps: the last message, or the start.
    var heard = HostClock.uptime()
    /// Of the clock that never steps: the thread did something.
    var alive = HostClock.uptime()
    /// Why the input ended for good.
    var ending: InputLoop.Ending?
    /// The input could not be opened at the start, and never will.
    var mistake: InputError?
    /// A line that was found, to be remembered.
    var found: LineChoice?
  }

  let name: String
  let source: String
  private let snapshot = Mutex(Snapshot())

  init(name: String, source: String) {
    self.name = name
    self.source = source
  }

  func update(_ change: (inout Snapshot) -> Void) { snapshot.withLock { change(&$0) } }

  var now: Snapshot { snapshot.withLock { $0 } }

  /// The line that was found since this was asked last.
  func takeFound() -> LineChoice? {
    snapshot.withLock { snapshot in
      defer { snapshot.found = nil }
      return snapshot.found
    }
  }
}
