import Metering
import Simulator

/// What a line does to octets. Each kind says what becomes of one message.
enum Noise {
  /// Each bit is turned over with this probability, in 10^-7.
  case flips(Int64)
  /// Each octet is lost.
  case drops(Int64)
  /// Before each octet another is put.
  case inserts(Int64)
  /// A message ends somewhere.
  case cuts(Int64)
  /// 1 to 40 octets stand before a message.
  case garbage(Int64)

  static let whole: Int64 = 10_000_000

  func apply(to octets: [UInt8], _ random: inout SplitMix64) -> Noisy {
    switch self {
    case .flips(let rate):
      var noisy = octets
      var isDamaged = false
      for place in noisy.indices {
        for bit in 0..<8 as Range<UInt8> where random.happens(rate) {
          noisy[place] ^= 1 << bit
          isDamaged = true
        }
      }
      return Noisy(octets: noisy, start: 0, isDamaged: isDamaged)
    case .drops(let rate):
      let left = octets.filter { _ in !random.happens(rate) }
      return Noisy(octets: left, start: 0, isDamaged: left.count != octets.count)
    case .inserts(let rate):
      var noisy: [UInt8] = []
      noisy.reserveCapacity(octets.count + 16)
      var start = 0
      for (place, octet) in octets.enumerated() {
        if random.happens(rate) {
          noisy.append(random.octet())
          // Before the opening flag nothing of the message is hurt.
          if place == 0 { start = 1 }
        }
        noisy.append(octet)
      }
      return Noisy(octets: noisy, start: start, isDamaged: noisy.count != octets.count + start)
    case .cuts(let rate):
      guard random.happens(rate) else { return Noisy(octets: octets, start: 0, isDamaged: false) }
      return Noisy(
        octets: Array(octets.prefix(Int(random.next(in: 1...Int64(octets.count - 1))))), start: 0, isDamaged: true)
    case .garbage(let rate):
      guard random.happens(rate) else { return Noisy(octets: octets, start: 0, isDamaged: false) }
      let garbage = (0..<random.next(in: 1...40)).map { _ in random.octet() }
      return Noisy(octets: garbage + octets, start: garbage.count, isDamaged: false)
    }
  }
}

/// A message behind the noise.
struct Noisy {
  var octets: [UInt8]
  /// Where the message begins in them.
  var start: Int
  var isDamaged: Bool
}

extension SplitMix64 {
  mutating func happens(_ rate: Int64) -> Bool { next(in: 0...(Noise.whole - 1)) < rate }
  mutating func octet() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 32) }
}
