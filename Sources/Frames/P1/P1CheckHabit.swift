/// Whether the telegrams of a stream carry a CRC.
///
/// Plain IEC 62056-21 has none, and such telegrams are taken unchecked (`protocol.md` 6.1). Where telegrams do carry one, a
/// telegram without has lost it on the way, and what else it lost nobody knows. A new meter may have other habits: from the
/// third such telegram on, with none that carries a CRC between them, they are taken again. So it is on a bad line before the
/// first telegram with a CRC: a `!` that damage has put behind a value would end a telegram there.
struct P1CheckHabit: Sendable {
  /// Nil until it is known.
  private var carriesCRC: Bool?
  private var without = 0

  private static let mostWithout = 2

  /// Takes note of a sound telegram; false for one that should have had a CRC.
  mutating func admits(_ check: P1Telegram.Check, onBadLine isBad: Bool) -> Bool {
    switch check {
    case .right, .rightWithLineEnds:
      carriesCRC = true
      without = 0
      return true
    case .absent:
      if carriesCRC == false || (carriesCRC == nil && !isBad) { return true }
      without += 1
      if without > P1CheckHabit.mostWithout { carriesCRC = false }
      return carriesCRC == false
    }
  }
}
