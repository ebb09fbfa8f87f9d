package import Metering

/// Something found out about a meter, and why it is believed.
package struct Learned<Value: Hashable & Sendable>: Hashable, Sendable {
  package let value: Value
  /// A sentence for a person, with the numbers that decided.
  package let evidence: String
  /// The arrival of the reading that settled it.
  package let settled: UTCTime

  package init(value: Value, evidence: String, settled: UTCTime) {
    self.value = value
    self.evidence = evidence
    self.settled = settled
  }
}

extension MeterClockBase {
  /// So many more readings for one base than for the other settle it.
  private static let majority = 24

  /// Which base the arrivals fit, from readings in order of arrival, sound or not. Only summer tells them apart
  /// (`protocol.md` 4.4); nil until it has.
  ///
  /// A repeated list of a normal-time meter is an hour old, and one of a civil-time meter looks like normal time: that is
  /// why a whole day of majority is asked for.
  package static func learned(from readings: some Sequence<RegisterSnapshot>, zone: Zone) -> Learned<MeterClockBase>? {
    var counts: [MeterClockBase: Int] = [:]
    var last: MeterClock?
    for reading in readings {
      guard let clock = reading.clock, clock.hasTime, clock != last else { continue }
      last = clock
      let fitting = MeterClockBase.allCases.filter {
        clock.instant(arrival: reading.arrival, zone: zone, base: $0) != nil
      }
      guard fitting.count == 1, let base = fitting.first else { continue }
      counts[base, default: 0] += 1
      let (normal, civil) = (counts[.normalTime, default: 0], counts[.civilTime, default: 0])
      guard abs(normal - civil) >= majority else { continue }
      let value = normal > civil ? MeterClockBase.normalTime : .civilTime
      let name = value == .normalTime ? "normal time all year" : "civil time"
      return Learned(
        value: value,
        evidence: "\(name): \(max(normal, civil)) lists of summer fit it and no other base, "
          + "\(min(normal, civil)) fit the other",
        settled: reading.arrival)
    }
    return nil
  }
}

/// An hour whose registers at both ends are known, against the power in it.
struct ComparedHour: Sendable {
  let start: RegisterSnapshot
  let end: RegisterSnapshot
  let boundary: UTCTime

  /// Consecutive full hours, from sound readings of one meter in order of arrival.
  static func hours(of readings: some Sequence<RegisterSnapshot>) -> [ComparedHour] {
    var hours: [ComparedHour] = []
    var last: RegisterSnapshot?
    for reading in readings where reading.verdict == .accepted {
      guard let boundary = reading.boundary else { continue }
      if let last, let before = last.boundary {
        guard before < boundary else { continue }
        if before + .hour == boundary { hours.append(ComparedHour(start: last, end: reading, boundary: before)) }
      }
      last = reading
    }
    return hours
  }

  /// Active import in Wh, and the coarser of the two steps in which it was read.
  func energy(_ scales: [ScaleEpoch]) -> (wattHours: Int64, unit: Int64)? {
    func read(_ reading: RegisterSnapshot) -> (shown: Int64, unit: Int64)? {
      var registers = reading.registers
      registers.scale = registers.scale ?? scales.last { $0.start <= reading.arrival }?.scale
      return Energies(registers).activeImport.map { ($0, registers.unit) }
    }
    guard let then = read(start), let now = read(end), (0..<1 << 40).contains(now.shown - then.shown) else {
      return nil
    }
    return (now.shown - then.shown, max(then.unit, now.unit))
  }

  /// Active import, in units as sent; nil where it went back or is not there.
  var rawDifference: Int64? {
    guard let then = start.registers.activeImport, let now = end.registers.activeImport else { return nil }
    let (difference, overflow) = now.subtractingReportingOverflow(then)
    return overflow || difference < 0 ? nil : difference
  }
}

extension ScaleEpoch {
  /// Samples that cover less of an hour say nothing of its scale (`protocol.md` 5.9), per mille.
  private static let neededCoverage = 900
  /// Wh: less than this is too few steps of a coarse register.
  private static let neededEnergy: Int64 = 200
  /// So many hours that agree settle it.
  private static let agreeing = 2

  /// The scales of a meter whose frames name none, from sound readings in order of arrival and the integral of power: two
  /// full hours that agree settle each (`protocol.md` 5.9).
  ///
  /// A later change is an epoch of its own, from the first reading after a jump by exactly ten.
  package static func learned(
    from readings: [RegisterSnapshot], profile: PowerProfile, limits: RegisterLimits = RegisterLimits()
  ) -> [Learned<ScaleEpoch>] {
    let open = readings.filter { $0.registers.scale == nil && $0.verdict == .accepted }
    var epochs: [Learned<ScaleEpoch>] = []
    var stretch: [RegisterSnapshot] = []
    func settle() {
      if let found = scale(of: stretch, profile), let first = stretch.first {
        let isFirst = epochs.isEmpty
        // The first scale holds for what came before it too, as long as no jump says otherwise.
        epochs.append(
          Learned(
            value: ScaleEpoch(start: first.arrival, scale: found.value),
            evidence: found.evidence + (isFirst ? "" : ", after a jump by ten"), settled: found.settled))
      }
      stretch.removeAll()
    }
    for reading in open {
      if let last = stretch.last, case .scaleChange = limits.step(from: last, to: reading) { settle() }
      stretch.append(reading)
    }
    settle()
    return epochs
  }

  private static func scale(of readings: [RegisterSnapshot], _ profile: PowerProfile) -> Learned<Int>? {
    var votes: [(scale: Int, text: String)] = []
    for hour in ComparedHour.hours(of: readings) {
      let power = profile.power(in: hour.boundary..<hour.boundary + .hour)
      guard power.coverage(of: .hour) >= neededCoverage, let energy = power.importWattHours, energy >= neededEnergy,
        let raw = hour.rawDifference, raw > 0, let scale = scale(of: raw, for: energy)
      else { continue }
      // Two in a row: a single odd hour does not stand between them for ever.
      if let last = votes.last, last.scale != scale { votes.removeAll() }
      votes.append((scale, "\(raw) for \(energy) Wh by power"))
      if votes.count == agreeing {
        let unit = shortestDecimalText(1, decimals: max(-scale, 0)) + String(repeating: "0", count: max(scale, 0))
        return Learned(
          value: scale, evidence: "registers count \(unit) Wh: " + votes.map(\.text).joined(separator: ", "),
          settled: hour.end.arrival)
      }
    }
    return nil
  }

  /// The power of ten by which `raw` is within a quarter of `energy` Wh.
  private static func scale(of raw: Int64, for energy: Int64) -> Int? {
    (-3...3).first { exponent in
      // Both in thousandths of Wh, so that fine units stay whole.
      guard let counted = raw.scaled(byPowerOfTen: exponent + 3), counted < 1 << 60 else { return false }
      return abs(counted - energy * 1000) * 4 <= energy * 1000
    }
  }
}

extension RegisterLatch {
  /// Fewer hours than this settle nothing.
  private static let neededHours = 12
  /// How much better one explanation must be than the other, in variances of what is left. It is asked after every hour until
  /// it is answered, and the variance is itself a guess: with 16 after 6 hours, 10 of 8500 simulated meters were learned wrongly.
  private static let neededAdvantage: Int64 = 40
  /// Of the two integrals of an hour, per mille.
  private static let neededCoverage: Int64 = 990
  /// Hours that have been compared without an answer; what is usual for the maker holds then.
  private static let patience = 744

  /// When a meter with an hourly list reads its registers, from sound readings in order of arrival: the registers of an
  /// hour are compared with the power from full hour to full hour, and from sending to sending. Nil while neither explains
  /// them clearly better; `prior(of:)` holds then.
  ///
  /// - Parameter maker: what is usual for it is the answer when a month of hours gives none.
  /// - Parameter scales: the units where frames name none, in order of time.
  /// - Parameter power: the integral over a span of arrival times. It is asked for an hour, and for the seconds from the
  ///   full hour to a list.
  package static func learned(
    from readings: some Sequence<RegisterSnapshot>, maker: Maker? = nil, scales: [ScaleEpoch] = [],
    power: (Range<UTCTime>) -> PowerIntegral
  ) -> Learned<RegisterLatch>? {
    var hours: Int64 = 0
    var atHour: Int64 = 0
    var atSending: Int64 = 0
    var rounding: Int64 = 1
    for hour in ComparedHour.hours(of: readings) {
      guard let (counted, unit) = hour.energy(scales),
        let start = fullHour(before: hour.start), let end = fullHour(before: hour.end),
        start < hour.start.arrival || end < hour.end.arrival
      else { continue }
      let toFullHour = integral(start..<end, power)
      let before = integral(start..<hour.start.arrival, power)
      let after = integral(end..<hour.end.arrival, power)
      guard let toFullHour, let before, let after else { continue }
      hours += 1
      // Each end of the difference is cut to a step: variance step²/12 each.
      rounding = max(unit * unit * 1_000_000 / 6, 1)
      let milli = counted * 1000
      atHour += square(milli - toFullHour)
      atSending += square(milli - (toFullHour + after - before))
      guard hours >= neededHours else { continue }
      let better = min(atHour, atSending)
      let variance = max(better / hours, rounding)
      guard abs(atHour - atSending) >= variance * neededAdvantage else {
        guard hours >= patience, let maker else { continue }
        return Learned(
          value: .prior(of: maker), evidence: "as is usual for the maker: \(hours) hours do not tell",
          settled: hour.end.arrival)
      }
      let value = atHour < atSending ? RegisterLatch.fullHour : .sending
      func spread(_ sum: Int64) -> String { decimalText(squareRoot(of: sum / hours) / 10, decimals: 2) }
      let name = value == .fullHour ? "at the full hour" : "when the list is sent"
      return Learned(
        value: value,
        evidence:
          "registers are read \(name): over \(hours) hours they differ from the power from full hour to full hour "
          + "by \(spread(atHour)) Wh, from sending to sending by \(spread(atSending)) Wh (root mean square)",
        settled: hour.end.arrival)
    }
    return nil
  }

  /// When the full hour was by the clock of this computer.
  private static func fullHour(before reading: RegisterSnapshot) -> UTCTime? {
    reading.boundary == nil ? nil : reading.arrival - reading.lateness
  }

  /// In mWh; nil unless samples cover nearly all of it.
  private static func integral(_ span: Range<UTCTime>, _ power: (Range<UTCTime>) -> PowerIntegral) -> Int64? {
    guard !span.isEmpty else { return 0 }
    let length = (span.upperBound - span.lowerBound).milliseconds
    let found = power(span)
    guard found.isCredible(for: span.upperBound - span.lowerBound),
      found.importCovered.milliseconds * 1000 >= length * neededCoverage, found.importCovered > .zero
    else { return nil }
    return found.imported.share(length, of: found.importCovered.milliseconds) / (PowerIntegral.wattHour / 1000)
  }

  /// Beyond 2 kWh all differences are equally wrong, and the sums of a million hours fit.
  private static func square(_ difference: Int64) -> Int64 {
    let bounded = min(difference.magnitude, 2_000_000)
    return Int64(bounded * bounded)
  }

  /// Rounded down.
  private static func squareRoot(of square: Int64) -> Int64 {
    var (low, high): (Int64, Int64) = (0, 3_000_000)
    while high - low > 1 {
      let middle = (low + high) / 2
      if middle * middle <= square { low = middle } else { high = middle }
    }
    return low
  }
}
