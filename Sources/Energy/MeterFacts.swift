package import Metering

/// When the registers that an hourly list carries were read (`protocol.md` 8.1).
package enum RegisterLatch: String, CaseIterable, Hashable, Sendable {
  /// At the full hour, as makers say.
  case fullHour = "full_hour"
  /// When the list was sent, at the moment of its clock.
  case sending

  /// What is believed of a maker's meters until one has been learned: a Kaifa was measured to read when it sends.
  package static func prior(of maker: Maker) -> RegisterLatch { maker == .kaifa ? .sending : .fullHour }
}

/// How often a meter sends its registers.
package enum RegisterCadence: String, CaseIterable, Hashable, Sendable {
  /// Once an hour, for the full hour.
  case hourly
  /// In each list, every 10 to 15 s (Sweden, P1).
  case everyList = "every_list"

  /// What readings in any order say.
  package static func learned(from readings: some Sequence<RegisterSnapshot>) -> RegisterCadence {
    settled(by: readings) == nil ? .hourly : .everyList
  }

  /// When it was clear that registers come in every list; nil as long as it is not.
  ///
  /// Three sound readings within one hour by the clock of the meter settle it: an hourly list comes once, or once more
  /// when it is repeated.
  static func settled(by readings: some Sequence<RegisterSnapshot>) -> UTCTime? {
    var sound: [(instant: UTCTime, arrival: UTCTime)] = []
    for reading in readings where reading.verdict == .accepted || reading.verdict == .offBoundary {
      sound.append((reading.instant, reading.arrival))
    }
    sound.sort { $0 < $1 }
    var times: [(instant: UTCTime, arrival: UTCTime)] = []
    for reading in sound where times.last?.instant != reading.instant {
      times.append(reading)
      if times.count >= 3, reading.instant - times[times.count - 3].instant < .hour { return reading.arrival }
    }
    return nil
  }
}

/// From an instant on, the registers of frames that are silent about it count in units of 10^`scale` Wh.
package struct ScaleEpoch: Hashable, Sendable {
  package var start: UTCTime
  package var scale: Int

  package init(start: UTCTime, scale: Int) {
    self.start = start
    self.scale = scale
  }
}

/// From an instant on, what the meter counts is a part of what flows: current transformers let through 1 in `ratio`.
package struct TransformerRatio: Hashable, Sendable {
  /// A full hour; one that is not takes effect at the next.
  package var start: UTCTime
  /// 1...10 000
  package var ratio: Int64

  package init(start: UTCTime, ratio: Int64) {
    self.start = start.isCredible ? start.ceiling(to: .hour) : start
    self.ratio = min(max(ratio, 1), 10_000)
  }
}

/// What has been learned or set about one meter, and where it has been: all that turns its readings into energy.
package struct MeterFacts: Sendable {
  package var limits: RegisterLimits
  package var latch: RegisterLatch
  package var cadence: RegisterCadence
  /// In order of time. A reading whose frame names no scale has energy from the first of these on.
  package var scales: [ScaleEpoch]
  /// In order of time; before the first the ratio is 1.
  package var ratios: [TransformerRatio]
  /// When the meter was at its input, in order of time: from the first message of it to that of another meter, or to the
  /// newest. An hour with an end of one of these inside is `partial`. Empty: not known.
  package var presence: [Range<UTCTime>]
  /// The end of the last presence is only the newest message so far: the hour runs.
  package var isPresent: Bool

  package init(
    limits: RegisterLimits = RegisterLimits(), latch: RegisterLatch = .fullHour, cadence: RegisterCadence = .hourly,
    scales: [ScaleEpoch] = [], ratios: [TransformerRatio] = [], presence: [Range<UTCTime>] = [], isPresent: Bool = true
  ) {
    self.limits = limits
    self.latch = latch
    self.cadence = cadence
    self.scales = scales.sorted { $0.start < $1.start }
    self.ratios = ratios.sorted { $0.start < $1.start }
    self.presence = presence
    self.isPresent = isPresent
  }

  func ratio(at time: UTCTime) -> Int64 {
    ratios.isEmpty ? 1 : ratios.last { $0.start <= time }?.ratio ?? 1
  }

  func scale(at time: UTCTime) -> Int? { scales.last { $0.start <= time }?.scale }

  /// Whether the meter came or went strictly inside `span`.
  func hasEdge(in span: Range<UTCTime>) -> Bool {
    guard !presence.isEmpty else { return false }
    for (index, stay) in presence.enumerated() {
      if span.lowerBound < stay.lowerBound, stay.lowerBound < span.upperBound { return true }
      let isOpen = isPresent && index == presence.count - 1
      if !isOpen, span.lowerBound < stay.upperBound, stay.upperBound < span.upperBound { return true }
    }
    return false
  }
}
