/// A small generator of random numbers that gives the same sequence on every machine and in every version of Swift.
///
/// SplitMix64 by Guy Steele, Doug Lea and Christine Flood (2014): a counter and a mixing function. Not for secrets.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  /// A sequence of its own for `purpose`, so that two uses of one seed do not repeat one another.
  package init(seed: UInt64, purpose: UInt64) {
    var mixer = SplitMix64(seed: purpose)
    self.init(seed: seed ^ mixer.next())
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number of `range`, for ranges far smaller than 2^64.
  ///
  /// Written out because the standard library does not promise to draw the same number for ever.
  package mutating func next(in range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  /// True `perMille` times in a thousand.
  package mutating func chance(perMille: Int64) -> Bool { next(in: 0...999) < perMille }
}
