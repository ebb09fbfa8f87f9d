/// How an energy is known. No number is given without one of these words; they are the words of every file we write.
package enum Quality: String, CaseIterable, Hashable, Sendable {
  /// The difference of two accepted registers of one meter.
  case measured
  /// A register difference over several hours, divided by power samples.
  case split
  /// A register difference over several hours, divided evenly.
  case even
  /// The integral of power samples alone; no register yet.
  case power
  /// A change of meter or the start of logging lies inside.
  case partial
  /// Placed by arrival, because the meter's clock was unusable.
  case clock
  /// Filled from the grid's settlement data.
  case elhub
  /// Corrected by the user, with a reason.
  case manual
  /// Nothing is known: the values are absent, never 0.
  case missing

  /// From the surest to the least sure: of two, the later decides what a sum is called.
  package var doubt: Int {
    switch self {
    case .measured: 0
    case .elhub: 1
    case .manual: 2
    case .clock: 3
    case .split: 4
    case .even: 5
    case .power: 6
    case .partial: 7
    case .missing: 8
    }
  }

  /// The less sure of two.
  package static func worse(_ one: Quality, _ other: Quality) -> Quality { one.doubt < other.doubt ? other : one }

  /// Whether the figure is a guess at how a known or measured energy was spread.
  package var isEstimate: Bool {
    switch self {
    case .split, .even, .power, .partial: true
    case .measured, .clock, .elhub, .manual, .missing: false
    }
  }
}
