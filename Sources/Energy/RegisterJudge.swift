package import Metering

/// Gives each register reading of one meter its verdict and its boundary, in order of arrival.
///
///     judge:  previous ── the reading before, whatever its verdict: is this one a repeat of it?
///             base     ── the last sound reading: has every register grown since, by a possible amount?
///             doubted  ── readings since then that agree with each other, but not with the base
///
/// Verdicts are derived from what is stored, and only from that: a program that starts again reads back the readings from
/// the `lookBack`-th last sound one on, and goes on as if it had never stopped. A reading that comes late is judged in its
/// place together with all that follow it.
package struct RegisterJudge: Sendable {
  /// What is known of the meter beforehand.
  package struct Rules: Sendable {
    package var limits: RegisterLimits
    /// The base of the meter's clock, learned or set; nil while it is not known.
    package var clockBase: MeterClockBase?
    package var zone: Zone

    package init(limits: RegisterLimits = RegisterLimits(), clockBase: MeterClockBase? = nil, zone: Zone) {
      self.limits = limits
      self.clockBase = clockBase
      self.zone = zone
    }
  }

  /// Why a reading got its verdict, where that is not plain; for the log of events.
  package enum Reason: Hashable, Sendable {
    case sentAgain
    /// Its clock is more than 10 minutes from its arrival, in the base that is known or in any.
    case clock
    case lower
    case tooMuch
    /// The third of three readings that agree with each other and not with those before: registers begin anew.
    case newSeries
    /// Readings agree with each other and with those before the last sound one, but not with it: that one was wrong.
    case outlier
    /// The unit of the registers moved by this power of ten.
    case scaleChange(Int)

    /// The word in the log.
    package var name: String {
      switch self {
      case .sentAgain: "sent_again"
      case .clock: "clock"
      case .lower: "lower"
      case .tooMuch: "too_much"
      case .newSeries: "new_series"
      case .outlier: "outlier"
      case .scaleChange: "scale_change"
      }
    }

    /// For a person.
    package var text: String {
      switch self {
      case .sentAgain: "the list is the one before, sent again: it says nothing of its hour"
      case .clock: "the clock of the list is more than 10 minutes from its arrival"
      case .lower: "a register stands lower than before"
      case .tooMuch: "a register grew by more than the fuse lets through"
      case .newSeries: "three readings agree with each other and not with those before: registers begin anew"
      case .outlier: "readings agree with each other without the last sound one, which is not used any more"
      case .scaleChange(let change): "the unit of the registers changed by 10^\(change)"
      }
    }
  }

  package struct Outcome: Hashable, Sendable {
    /// The reading with its verdict, its boundary, and after a scale change the scale that holds now.
    package let reading: RegisterSnapshot
    package let reason: Reason?
    /// Readings before it whose verdict it changes, in order of arrival: the two that agree with it, and a sound one before
    /// them that agrees with nothing.
    package let revised: [RegisterSnapshot]
  }

  /// So many sound readings decide everything after them.
  package static let lookBack = 3
  /// So many readings that agree make a new series.
  private static let agreeing = 3

  private let rules: Rules
  private var previous: RegisterSnapshot?
  private var base: RegisterSnapshot?
  /// The sound reading before `base`.
  private var beforeBase: RegisterSnapshot?
  private var doubted: [RegisterSnapshot] = []

  /// - Parameter sound: a reading that has been found sound, as it is stored; nil before the first of a meter.
  /// - Parameter previous: the reading before the first one, where none has been found sound yet.
  package init(_ rules: Rules, after sound: RegisterSnapshot? = nil, previous: RegisterSnapshot? = nil) {
    self.rules = rules
    self.previous = sound ?? previous
    base = sound
  }

  /// Judges readings of one meter, in order of arrival, as one: the verdicts that all of them have in the end.
  ///
  /// - Parameter sound: the stored sound reading just before the first of them.
  package static func judge(
    _ readings: [RegisterSnapshot], after sound: RegisterSnapshot? = nil, _ rules: Rules
  ) -> [RegisterSnapshot] {
    judgements(of: readings, after: sound, rules).map(\.reading)
  }

  /// The same with the reasons. What is revised to be sound has none.
  package static func judgements(
    of readings: [RegisterSnapshot], after sound: RegisterSnapshot? = nil, previous: RegisterSnapshot? = nil,
    _ rules: Rules
  ) -> [(reading: RegisterSnapshot, reason: Reason?)] {
    var judge = RegisterJudge(rules, after: sound, previous: previous)
    var judged: [(reading: RegisterSnapshot, reason: Reason?)] = []
    for reading in readings {
      let outcome = judge.judge(reading)
      var place = judged.count
      for revised in outcome.revised.reversed() {
        guard let found = judged[..<place].lastIndex(where: { $0.reading.isSameFact(as: revised) }) else { break }
        judged[found] = (revised, revised.verdict == .suspect ? .outlier : nil)
        place = found
      }
      judged.append((outcome.reading, outcome.reason))
    }
    return judged
  }

  /// Judges the next reading. What it says of boundary and verdict is not believed: both follow from clock and arrival.
  package mutating func judge(_ reading: RegisterSnapshot) -> Outcome {
    defer { previous = reading }
    var reading = placed(reading)
    if let previous, reading.isRepeat(of: previous) {
      reading.verdict = .repeat
      return Outcome(reading: reading, reason: .sentAgain, revised: [])
    }
    guard reading.verdict != .suspect else { return Outcome(reading: reading, reason: .clock, revised: []) }
    guard let base else { return accept(reading, nil) }
    let step = rules.limits.step(from: base, to: reading)
    if isOutvoted(base, step, reading) { return believe(reading) }
    switch step {
    case .possible: return accept(reading, nil)
    case .scaleChange(let change): return accept(reading.rescaled(by: change), .scaleChange(change))
    case .lower: return doubt(reading, .lower)
    case .tooMuch: return doubt(reading, .tooMuch)
    }
  }

  private mutating func accept(_ reading: RegisterSnapshot, _ reason: Reason?) -> Outcome {
    beforeBase = base
    base = reading
    doubted.removeAll()
    return Outcome(reading: reading, reason: reason, revised: [])
  }

  /// Whether a reading that agrees with `base` (perhaps in another unit) agrees better without it: with the sound reading
  /// before it and with those that were doubted since, or with the unit from before.
  private mutating func isOutvoted(
    _ base: RegisterSnapshot, _ step: RegisterLimits.Step, _ reading: RegisterSnapshot
  ) -> Bool {
    guard let beforeBase, let last = doubted.last ?? self.beforeBase else { return false }
    switch step {
    case .lower, .tooMuch: return false
    case .possible where doubted.isEmpty: return false
    case .possible, .scaleChange: break
    }
    let limits = rules.limits
    guard limits.step(from: last, to: reading) == .possible,
      limits.step(from: beforeBase, to: doubted.first ?? reading) == .possible
    else { return false }
    // One that shows the registers from before the base is an old list, sent again with another clock.
    if doubted.count == 1, last.registers.isSameRaw(as: beforeBase.registers) { return false }
    // One against one: nobody knows which of the two was wrong, so neither is used.
    if doubted.count == 1 { doubted.removeAll() }
    return true
  }

  private mutating func doubt(_ reading: RegisterSnapshot, _ reason: Reason) -> Outcome {
    if let last = doubted.last, rules.limits.step(from: last, to: reading) != .possible { doubted.removeAll() }
    guard doubted.count + 1 < RegisterJudge.agreeing else { return believe(reading) }
    doubted.append(reading)
    var suspect = reading
    suspect.verdict = .suspect
    return Outcome(reading: suspect, reason: reason, revised: [])
  }

  /// Takes the doubted readings for sound, and `reading`, which agrees with them.
  private mutating func believe(_ reading: RegisterSnapshot) -> Outcome {
    var revised = doubted
    var reason = Reason.newSeries
    if var base, let beforeBase,
      rules.limits.step(from: beforeBase, to: doubted.first ?? reading) == .possible
    {
      base.verdict = .suspect
      revised.insert(base, at: 0)
      reason = .outlier
    }
    beforeBase = revised.last { $0.verdict != .suspect } ?? (reason == .outlier ? beforeBase : nil)
    base = reading
    doubted.removeAll()
    return Outcome(reading: reading, reason: reason, revised: revised)
  }

  /// The reading with the boundary that its clock names, and `accepted`, `off_boundary` or for the clock `suspect`.
  private func placed(_ reading: RegisterSnapshot) -> RegisterSnapshot {
    var reading = reading
    var instant: UTCTime? = reading.arrival
    if let clock = reading.clock, clock.hasTime {
      instant = clock.instant(arrival: reading.arrival, zone: rules.zone, base: rules.clockBase)
    }
    reading.boundary = instant.flatMap(hourBoundary(of:))
    reading.verdict = instant == nil ? .suspect : reading.boundary == nil ? .offBoundary : .accepted
    return reading
  }
}

extension RegisterSnapshot {
  /// Clock and registers of an earlier message, sent again (some Aidon meters do, `needs.md` 5.1).
  func isRepeat(of previous: RegisterSnapshot) -> Bool {
    clock != nil && clock == previous.clock && registers.isSameRaw(as: previous.registers)
  }

  /// The same reading, whatever was thought of it.
  fileprivate func isSameFact(as other: RegisterSnapshot) -> Bool {
    arrival == other.arrival && clock == other.clock && registers.isSameRaw(as: other.registers)
  }

  fileprivate func rescaled(by change: Int) -> RegisterSnapshot {
    var reading = self
    reading.registers.scale = registers.scale.map { $0 + change }
    return reading
  }
}

extension Registers {
  /// The same numbers as sent; the scale may have been settled differently since.
  package func isSameRaw(as other: Registers) -> Bool {
    RegisterPlace.allCases.allSatisfy { self[$0] == other[$0] }
  }
}
