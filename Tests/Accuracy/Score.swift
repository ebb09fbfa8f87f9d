import Energy
import Metering
import Simulator

/// How far hours are from the truth, for many meters.
struct Score: Sendable {
  /// The errors of one way of knowing.
  struct Errors: Sendable {
    var hours = 0
    /// Wh
    var largest = 0.0
    var sum = 0.0
    var squares = 0.0

    mutating func add(_ error: Double) {
      hours += 1
      largest = max(largest, error)
      sum += error
      squares += error * error
    }

    static func += (left: inout Errors, right: Errors) {
      left.hours += right.hours
      left.largest = max(left.largest, right.largest)
      left.sum += right.sum
      left.squares += right.squares
    }

    var mean: Double { hours > 0 ? sum / Double(hours) : 0 }
    var rootMeanSquare: Double { hours > 0 ? (squares / Double(hours)).squareRoot() : 0 }
  }

  private(set) var meters = 0
  private(set) var hours = 0
  private(set) var byQuality: [Quality: Errors] = [:]
  /// The hours of gaps, divided by us, all evenly, and all of it in the last hour.
  private(set) var gapsOurs = Errors()
  private(set) var gapsEven = Errors()
  private(set) var gapsLast = Errors()
  /// The same for the gaps that samples divide.
  private(set) var splitOurs = Errors()
  private(set) var splitEven = Errors()
  private(set) var splitLast = Errors()
  private(set) var latches = (right: 0, wrong: 0, open: 0)
  private(set) var scales = (right: 0, wrong: 0, open: 0)
  /// What must never be: a sentence for each.
  private(set) var violations: [String] = []

  init() {}

  init(_ judged: JudgedMonth, seed: UInt64) {
    meters = 1
    let stored = judged.stored
    guard let first = stored.truth.first, let last = stored.truth.last else { return }
    let range = first.hour..<last.hour + .hour
    var even = judged.ledger
    even.profile = .none
    let ours = judged.ledger.hours(in: range)
    let evenly = even.hours(in: range)
    let lastHour = LastHourHabit(judged.ledger)
    for (index, truth) in stored.truth.enumerated() {
      hours += 1
      let row = ours[index]
      guard row.quality != .missing else {
        byQuality[.missing, default: Errors()].add(0)
        continue
      }
      // With a direction for the sign: import is what people pay for.
      guard let energy = row.energy.activeImport else { continue }
      let real = Double(truth.imported) / Double(PowerIntegral.wattHour)
      let error = abs(Double(energy) - real)
      byQuality[row.quality, default: Errors()].add(error)
      if row.quality == .measured, error > judged.allowance(truth.hour) {
        violations.append(
          "meter \(seed) (\(stored.month.model.name)): \(truth.hour.iso8601) is measured \(energy) Wh and was \(real)")
      }
      guard row.quality == .split || row.quality == .even else { continue }
      let byEven = abs(Double(evenly[index].energy.activeImport ?? 0) - real)
      let byLast = abs(Double(lastHour.energy(of: truth.hour) ?? 0) - real)
      gapsOurs.add(error)
      gapsEven.add(byEven)
      gapsLast.add(byLast)
      guard row.quality == .split else { continue }
      splitOurs.add(error)
      splitEven.add(byEven)
      splitLast.add(byLast)
    }
    if !judged.ledger.conservation(in: range).holds || !judged.ledger.quartersAgree(in: range) {
      violations.append("meter \(seed) (\(stored.month.model.name)): hours, quarters and registers do not agree")
    }
    learn(judged)
  }

  private mutating func learn(_ judged: JudgedMonth) {
    let month = judged.stored.month
    guard !month.hasRegistersInEveryList else { return }
    let isLate = month.model.timetable.registerLatch > .zero
    if !judged.isLatchLearned {
      latches.open += 1
    } else if (judged.facts.latch == .sending) == isLate {
      latches.right += 1
    } else {
      latches.wrong += 1
    }
    guard month.isScaleSilent else { return }
    guard let end = judged.facts.scales.last else {
      scales.open += 1
      return
    }
    if end.scale == month.scale(at: month.span.upperBound) { scales.right += 1 } else { scales.wrong += 1 }
  }

  static func += (left: inout Score, right: Score) {
    left.meters += right.meters
    left.hours += right.hours
    for (quality, errors) in right.byQuality { left.byQuality[quality, default: Errors()] += errors }
    left.gapsOurs += right.gapsOurs
    left.gapsEven += right.gapsEven
    left.gapsLast += right.gapsLast
    left.splitOurs += right.splitOurs
    left.splitEven += right.splitEven
    left.splitLast += right.splitLast
    left.latches.right += right.latches.right
    left.latches.wrong += right.latches.wrong
    left.latches.open += right.latches.open
    left.scales.right += right.scales.right
    left.scales.wrong += right.scales.wrong
    left.scales.open += right.scales.open
    left.violations += right.violations
  }
}

/// What most readers do: the energy of a gap is that of the hour in which its register came.
private struct LastHourHabit {
  private let blocks: [EnergyBlock]

  init(_ ledger: EnergyLedger) { blocks = ledger.blocks }

  func energy(of hour: UTCTime) -> Int64? {
    let index = blocks.partitioningIndex { $0.span.upperBound > hour }
    var sum: Int64 = 0
    for block in blocks[index...] {
      guard block.span.lowerBound < hour + .hour else { break }
      guard let energy = block.energy.activeImport else { return nil }
      if block.span.upperBound <= hour + .hour { sum += energy }
    }
    return sum
  }
}
