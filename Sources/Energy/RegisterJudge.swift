package import Metering

extension RegisterSnapshot {
  /// What to think of this reading, given the one before it (by arrival, whatever its verdict) and the last accepted one.
  ///
  /// - `repeat`: the clock and the registers of the one before, sent again (some Aidon meters do, `needs.md` 5.1).
  /// - `suspect`: a clock that fits no hour, or a register lower than an accepted one: registers only count up.
  /// - `offBoundary`: sound, but it closes no hour.
  /// - `accepted`: all else.
  package func judged(after previous: RegisterSnapshot?, lastAccepted: RegisterSnapshot?) -> Verdict {
    if let previous, clock != nil, previous.clock == clock, previous.registers == registers { return .repeat }
    if verdict == .suspect { return .suspect }
    if let lastAccepted, registers.isLower(than: lastAccepted.registers) { return .suspect }
    return boundary == nil ? .offBoundary : .accepted
  }
}

extension Registers {
  /// Whether any register here stands lower than in `earlier`. In scales that are not settled, like is compared with like.
  func isLower(than earlier: Registers) -> Bool {
    let places: [KeyPath<Registers, Int64?>] = [\.activeImport, \.activeExport, \.reactiveImport, \.reactiveExport]
    return places.contains { place in
      let raw = (now: self[keyPath: place], then: earlier[keyPath: place])
      let bothOpen = scale == nil && earlier.scale == nil
      guard let now = bothOpen ? raw.now : scaled(raw.now), let then = bothOpen ? raw.then : earlier.scaled(raw.then)
      else { return false }
      return now < then
    }
  }
}
