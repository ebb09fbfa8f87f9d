import Energy
import Glibc
import Metering
import Synchronization

/// The time of arrivals, for all inputs: the clock of the computer, bridged over its steps (`ClockBridge`).
final class HouseClock: Sendable {
  private struct State {
    var bridge: ClockBridge
    /// Of the meters, by number, as far as they are known.
    var bases: [String: MeterClockBase]
    var epoch = 0
    var news: [News] = []
    /// The last moves: what the clock said just before and just after.
    var moves: [(before: UTCTime, after: UTCTime)] = []

    mutating func took(_ change: ClockBridge.News?, at uptime: TimeSpan) {
      guard let change else { return }
      if case .moved(let span, _) = change {
        epoch += 1
        let now = bridge.time(at: uptime)
        moves.append((now + TimeSpan(milliseconds: -span.milliseconds), now))
        if moves.count > 16 { moves.removeFirst() }
      }
      news.append(News(change: change, epoch: epoch))
    }
  }

  /// What became of the clock, and how often it had been moved then.
  struct News {
    let change: ClockBridge.News
    let epoch: Int
  }

  private let state: Mutex<State>
  let zone: Zone

  /// - Parameter newest: the last arrival in the log; nil for a new one.
  /// - Parameter bases: what the log has learned of the clocks of meters, by their numbers.
  init(zone: Zone, newest: UTCTime?, bases: [String: MeterClockBase] = [:]) {
    self.zone = zone
    let (host, uptime) = HouseClock.both()
    let bridge = ClockBridge(host: host, uptime: uptime, state: HostClock.state(), newest: newest)
    state = Mutex(State(bridge: bridge, bases: bases))
  }

  /// The time now. It steps only when the clock of the computer was set to something better.
  func now() -> UTCTime {
    state.withLock { state in
      let (host, uptime) = HouseClock.both()
      // Asking the kernel costs a little; only a step, or a clock that is not believed yet, makes it worth that.
      let isStep = (host - state.bridge.time(at: uptime)).magnitude > ClockBridge.smallStep
      let isAsked = isStep || !state.bridge.isBelieved
      let clock = isAsked ? HostClock.state() : .unknown
      state.took(state.bridge.look(host: host, uptime: uptime, state: clock), at: uptime)
      return state.bridge.time(at: uptime)
    }
  }

  /// Both clocks at one moment: a thread that was put aside between the two would see a step that was none.
  private static func both() -> (host: UTCTime, uptime: TimeSpan) {
    var uptime = HostClock.sinceBoot()
    var host = HostClock.now()
    for _ in 0..<10 {
      let later = HostClock.sinceBoot()
      if later - uptime <= TimeSpan(milliseconds: 100) { break }
      uptime = later
      host = HostClock.now()
    }
    return (host, uptime)
  }

  /// A list of a meter with its clock has just arrived.
  func heard(_ clock: MeterClock, of meter: String?) {
    // A meter that has lost its time begins again in the past.
    guard clock.wall.date.year >= 2026 else { return }
    state.withLock { state in
      let uptime = HostClock.sinceBoot()
      let readings = clock.instants(in: zone, base: meter.flatMap { state.bases[$0] })
      state.took(state.bridge.meter(says: readings, uptime: uptime, state: HostClock.state()), at: uptime)
    }
  }

  /// The log has learned more of the clocks of meters.
  func know(_ bases: [String: MeterClockBase]) { state.withLock { $0.bases = bases } }

  /// How often the clock had been moved when it said `time`. After a move back some times were said twice: then the later one.
  func epoch(of time: UTCTime) -> Int {
    state.withLock { state in
      var epoch = state.epoch
      var end = state.bridge.time(at: HostClock.sinceBoot()) + ClockBridge.smallStep
      for move in state.moves.reversed() {
        if time >= move.after, time <= end { return epoch }
        end = move.before
        epoch -= 1
      }
      return epoch
    }
  }

  /// By how much what was taken in an `epoch` has been moved since.
  func moved(since epoch: Int) -> TimeSpan {
    state.withLock { state in
      state.moves.suffix(max(0, state.epoch - epoch)).reduce(.zero) { $0 + ($1.after - $1.before) }
    }
  }

  /// Whether what has arrived may be written, with the time that it has.
  var isBelieved: Bool { state.withLock(\.bridge.isBelieved) }

  /// What has changed since this was asked last.
  func takeNews() -> [News] {
    state.withLock { state in
      defer { state.news = [] }
      return state.news
    }
  }
}

extension ClockBridge.News {
  /// For the log of events.
  var text: String {
    switch self {
    case .stepped(let step):
      "the clock of the computer stepped by \(step.words); times go on as before until a time server or the meter agrees with it"
    case .moved(let step, let reason): "times are \(step.words) other than before: \(reason.text)"
    }
  }
}

extension ClockBridge.Reason {
  fileprivate var text: String {
    switch self {
    case .synchronised: "the clock of the computer was set, and a time server keeps it"
    case .meter: "the clock of the meter says so"
    case .first: "the clock of the computer was set, and nothing else was known"
    case .patience: "the clock of the computer was set an hour ago, and nothing spoke against it"
    }
  }
}

extension TimeSpan {
  /// `+1 h 0 min 2 s`, `-365 d 0 h`
  var words: String {
    let seconds = magnitude.milliseconds / 1000
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
    let parts =
      days > 0 ? "\(days) d \(hours) h" : hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min \(seconds % 60) s"
    return (milliseconds < 0 ? "-" : "+") + parts
  }
}
