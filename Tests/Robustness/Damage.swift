import Simulator

/// Heavy damage to one frame: what a check of 16 bits lets through now and then.
enum Damage: CaseIterable {
  /// 4 to 8 bits anywhere.
  case bits
  /// 17 to 64 bits in a row are anything.
  case burst
  /// 3 to 8 octets anywhere are anything.
  case octets
  /// 1 to 3 octets are lost, anywhere.
  case lost
  /// 1 to 3 octets too many, anywhere.
  case inserted
  /// The end is lost, and with it as much of what follows as the length still claims.
  case cut

  /// - Parameter places: where damage happens: all but the header, which has a check of its own.
  func apply(to frame: [UInt8], in places: Range<Int>, _ random: inout SplitMix64) -> [UInt8] {
    var octets = frame
    func place() -> Int { Int(random.next(in: Int64(places.lowerBound)...Int64(places.upperBound - 1))) }
    switch self {
    case .bits:
      for _ in 0..<random.next(in: 4...8) { octets[place()] ^= 1 << UInt8(random.next(in: 0...7)) }
    case .burst:
      // Shorter ones the frame check finds always.
      let length = Int(random.next(in: 17...64))
      let first = Int(random.next(in: Int64(places.lowerBound * 8)...Int64(places.upperBound * 8 - length)))
      for bit in first..<(first + length) {
        let isEnd = bit == first || bit == first + length - 1
        if isEnd || random.next() & 1 == 1 { octets[bit / 8] ^= 1 << UInt8(bit % 8) }
      }
    case .octets:
      for _ in 0..<random.next(in: 3...8) { octets[place()] = random.octet() }
    case .lost:
      for _ in 0..<random.next(in: 1...3) { octets.remove(at: min(place(), octets.count - 1)) }
    case .inserted:
      for _ in 0..<random.next(in: 1...3) { octets.insert(random.octet(), at: place()) }
    case .cut:
      octets.removeSubrange(place()...)
    }
    return octets
  }
}
