import Metering

/// The time of arrivals while the clock of the computer can't be believed: not set yet after a start, or set to something wrong.
///
///     time = uptime + offset         the uptime never steps; the offset moves only for a reason
///
/// Small steps (a clock that is kept in time) are followed. A greater one is followed when the kernel says that the clock is
/// synchronised, or the clock of the meter agrees with it; else the uptime goes on bridging it. After an hour without either,
/// somebody meant it. What waits to be written is moved with the offset, so it is in the right place all the same.
struct ClockBridge: Sendable {
  /// What a moment of both clocks changes.
  enum News: Hashable, Sendable {
    /// What waits is to be moved by this much.
    case moved(TimeSpan, Reason)
    /// The clock of the computer stepped by this much, and is not believed yet.
    case stepped(TimeSpan)
  }

  enum Reason: Hashable, Sendable {
    /// The clock of the computer is kept by a time server.
    case synchronised
    /// The clock of the meter agrees with it.
    case meter
    /// Nothing was known before.
    case first
    /// Neither came for more than an hour.
    case patience
  }

  /// Why the time can be believed.
  enum Trust: Hashable, Sendable {
    /// The computer has just started, or its clock is behind the log.
    case none
    /// Nothing speaks against it.
    case plausible
    /// A time server or a meter agrees.
    case confirmed
  }

  /// A step of the clock below this is one of its keeping.
  static let smallStep = TimeSpan.seconds(2)
  /// A clock that is so much behind its meter's, of a computer that has just started, stands where it was put out.
  private static let wasOff = TimeSpan.seconds(10)
  /// For a time server, after a start of the computer.
  static let patienceAfterBoot = TimeSpan.minutes(5)
  /// For the clock of a meter that tells it once an hour.
  static let patience = TimeSpan.minutes(65)

  private(set) var trust: Trust
  private var offset: TimeSpan
  /// The computer was started shortly before.
  private let hasJustStarted: Bool
  /// Since when patience counts.
  private var began: TimeSpan
  /// The clock of the computer less ours, since it stepped and was not followed.
  private var standing: (step: TimeSpan, since: TimeSpan)?
  /// What is before this can't be: the newest row of the log, or the time before there were loggers of this kind.
  private let floor: UTCTime
  /// The meter's time less the uptime, when it fitted neither clock.
  private var stray: TimeSpan?

  /// - Parameter newest: the last arrival in the log.
  /// - Parameter uptime: since the computer started, of a clock that also counts while it sleeps.
  init(host: UTCTime, uptime: TimeSpan, state: ClockState, newest: UTCTime?) {
    offset = TimeSpan(milliseconds: host.milliseconds - uptime.milliseconds)
    began = uptime
    hasJustStarted = uptime < ClockBridge.patienceAfterBoot
    floor = max(ClockBridge.earliest, newest.map { $0 - .minutes(1) } ?? ClockBridge.earliest)
    let hasSettled = host >= floor && !hasJustStarted
    trust = state == .synchronised ? .confirmed : hasSettled ? .plausible : .none
  }

  /// No logger of this kind ran before.
  private static let earliest = UTCTime(seconds: 1_767_225_600)  // 2026-01-01

  func time(at uptime: TimeSpan) -> UTCTime { UTCTime(milliseconds: uptime.milliseconds + offset.milliseconds) }

  /// Whether what arrives now may be written.
  var isBelieved: Bool { trust != .none }

  /// Looks at both clocks.
  ///
  /// - Parameter state: needed where the clock has stepped or is not believed.
  mutating func look(host: UTCTime, uptime: TimeSpan, state: ClockState) -> News? {
    let isSynchronised = state == .synchronised
    let step = host - time(at: uptime)
    let isSmall = step.magnitude <= ClockBridge.smallStep
    if trust == .none {
      // Where it is known that nobody keeps the clock of a computer that has just started, the meter is to say what it is.
      let isLost = host < floor || state == .free && hasJustStarted
      let isOver =
        isLost
        ? uptime - began >= ClockBridge.patience : uptime >= ClockBridge.patienceAfterBoot
      if isSynchronised { trust = .confirmed } else if isOver { trust = .plausible }
      return follow(step, isSmall ? nil : isSynchronised ? .synchronised : .first)
    }
    if isSmall {
      standing = nil
      if isSynchronised { trust = .confirmed }
      return follow(step, nil)
    }
    if isSynchronised { return follow(step, .synchronised) }
    if trust == .plausible { return follow(step, .first) }
    if let standing, (standing.step - step).magnitude <= ClockBridge.smallStep {
      return uptime - standing.since >= ClockBridge.patience ? follow(step, .patience) : nil
    }
    standing = (step, uptime)
    return .stepped(step)
  }

  /// The clock of a meter was heard: all instants that it may mean.
  ///
  /// - Parameter uptime: when the list with it arrived.
  /// - Parameter state: asked for only where neither clock fits.
  mutating func meter(
    says readings: [UTCTime], uptime: TimeSpan, state: @autoclosure () -> ClockState = .free
  ) -> News? {
    let time = time(at: uptime)
    func nearest(to time: UTCTime) -> UTCTime? {
      let nearest = readings.min { ($0 - time).magnitude < ($1 - time).magnitude }
      return nearest.flatMap { ($0 - time).magnitude <= MeterClock.tolerance ? $0 : nil }
    }
    if let nearest = nearest(to: time) {
      if trust == .none, nearest - time > ClockBridge.wasOff { return follow(nearest, at: uptime) }
      stray = nil
      // As long as a meter speaks for the time as it is, no patience makes the other one right.
      standing?.since = uptime
      trust = .confirmed
      return nil
    }
    if let standing, nearest(to: time + standing.step) != nil { return follow(standing.step, .meter) }
    // Neither clock fits: the meter's is believed as long as nothing has confirmed the other, and only where it means one instant. A
    // computer that was off is behind it; a meter that is behind, or years ahead of the log, is the one that is wrong.
    guard trust != .confirmed, readings.count == 1, readings[0] > time, readings[0] - floor < .hours(20 * 8766),
      trust == .none || state() == .free
    else { return nil }
    return follow(readings[0], at: uptime)
  }

  /// Goes by the clock of a meter, once it was heard twice, so that it is known to go.
  private mutating func follow(_ meter: UTCTime, at uptime: TimeSpan) -> News? {
    let says = TimeSpan(milliseconds: meter.milliseconds - uptime.milliseconds)
    // The second reading may be an hour away.
    if stray == nil { began = uptime }
    defer { stray = says }
    guard let stray, (stray - says).magnitude <= ClockBridge.smallStep else { return nil }
    let step = meter - time(at: uptime)
    let news = follow(step, .meter)
    // The other clock is where it was: that is no news.
    standing = (TimeSpan(milliseconds: -step.milliseconds), uptime)
    return news
  }

  private mutating func follow(_ step: TimeSpan, _ reason: Reason?) -> News? {
    offset = offset + step
    standing = nil
    switch reason {
    case nil: return nil
    case .meter?, .synchronised?: trust = .confirmed
    case .first?: break
    case .patience?: trust = .plausible
    }
    return reason.map { .moved(step, $0) }
  }
}
