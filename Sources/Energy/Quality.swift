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
}
