import Foundation

/// SplitMix64: the same seed gives the same noise.
struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

func noise(among frames: [[UInt8]], octets: Int, seed: UInt64) -> [UInt8] {
  var random = Random(state: seed)
  var stream: [UInt8] = []
  for frame in frames {
    stream += random.octets(Int.random(in: 0...(2 * octets / frames.count), using: &random))
    var damaged = frame
    let place = Int.random(in: 1..<frame.count - 1, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      stream += damaged
    case 1: stream += damaged.prefix(place)
    case 2:
      damaged.remove(at: place)
      // A run of equal octets that has lost one of them and gained the flag behind it is no damage.
      stream += damaged.dropLast()
    default: break
    }
    stream += frame
  }
  return stream
}

func frames(ofCapture path: String) -> [[UInt8]] {
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { quit("cannot read \(path)") }
  return text.utf8.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }.map { line in
    var octets: [UInt8] = []
    var high: UInt8?
    for digit in line.drop(while: { $0 != UInt8(ascii: " ") }).dropFirst() {
      let value = digit < 0x3A ? digit - 0x30 : digit - 0x37
      if let first = high {
        octets.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return octets
  }
}
