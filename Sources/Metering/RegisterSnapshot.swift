/// The four accumulating registers of a meter, as sent: raw integers and one power of ten, where it is settled.
package struct Registers: Hashable, Sendable {
  package var activeImport: Int64?
  package var activeExport: Int64?
  package var reactiveImport: Int64?
  package var reactiveExport: Int64?
  /// Wh (varh) = raw × 10^scale. 1 for a Norwegian Aidon or Kamstrup (10 Wh), 0 for a Kaifa (Wh). Nil where neither the
  /// frame nor the meter's type says it (`protocol.md` 5.9): then nothing here is known in Wh.
  package var scale: Int?

  package init(
    activeImport: Int64? = nil, activeExport: Int64? = nil, reactiveImport: Int64? = nil, reactiveExport: Int64? = nil,
    scale: Int?
  ) {
    self.activeImport = activeImport
    self.activeExport = activeExport
    self.reactiveImport = reactiveImport
    self.reactiveExport = reactiveExport
    self.scale = scale
  }

  /// A raw register of these in Wh or varh; nil when it is absent, does not come out whole, or its scale is not settled.
  package func scaled(_ raw: Int64?) -> Int64? {
    guard let raw, let scale else { return nil }
    return raw.scaled(byPowerOfTen: scale)
  }

  /// Active energy import, Wh.
  package var importWattHours: Int64? { scaled(activeImport) }
  /// Active energy export, Wh.
  package var exportWattHours: Int64? { scaled(activeExport) }
}

/// Which of the four total registers.
package enum RegisterPlace: UInt8, CaseIterable, Hashable, Sendable {
  case activeImport, activeExport, reactiveImport, reactiveExport

  /// Nil for a quantity that is none of them.
  @inlinable package init?(_ quantity: Quantity) {
    switch quantity {
    case .activeEnergyImport: self = .activeImport
    case .activeEnergyExport: self = .activeExport
    case .reactiveEnergyImport: self = .reactiveImport
    case .reactiveEnergyExport: self = .reactiveExport
    default: return nil
    }
  }
}

extension Registers {
  @inlinable package subscript(place: RegisterPlace) -> Int64? {
    get {
      switch place {
      case .activeImport: activeImport
      case .activeExport: activeExport
      case .reactiveImport: reactiveImport
      case .reactiveExport: reactiveExport
      }
    }
    set {
      switch place {
      case .activeImport: activeImport = newValue
      case .activeExport: activeExport = newValue
      case .reactiveImport: reactiveImport = newValue
      case .reactiveExport: reactiveExport = newValue
      }
    }
  }
}

/// What is thought of a register reading. The reading itself is kept whatever the verdict.
package enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// A boundary value that energy may be computed from.
  case accepted
  /// The clock and registers of the reading before it, sent again later: it says nothing about its hour.
  case `repeat`
  /// Lower than an earlier reading of the same meter, or with a clock that fits no hour.
  case suspect
  /// A sound reading too far from a full hour to close one.
  case offBoundary = "off_boundary"
}

/// One reading of the accumulating registers of one meter.
package struct RegisterSnapshot: Hashable, Sendable {
  /// When the last octet of its message arrived, by the host's clock.
  package var arrival: UTCTime
  /// The full hour whose end it is; nil unless the clock (or the arrival) says one.
  package var boundary: UTCTime?
  /// The meter's clock as sent; nil when the list carries none.
  package var clock: MeterClock?
  package var registers: Registers
  package var verdict: Verdict

  package init(
    arrival: UTCTime, boundary: UTCTime?, clock: MeterClock?, registers: Registers, verdict: Verdict = .accepted
  ) {
    self.arrival = arrival
    self.boundary = boundary
    self.clock = clock
    self.registers = registers
    self.verdict = verdict
  }
}
