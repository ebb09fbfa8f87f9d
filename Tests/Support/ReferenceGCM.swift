/// AES-128-GCM by the book (FIPS 197, NIST SP 800-38D): short, slow, not constant in time, and nobody's library.
///
/// Returns the cipher text, or, of a cipher text, the plain text; and the 16 octets of the tag over what was given.
package func referenceGCM(
  _ text: [UInt8], key: [UInt8], nonce: [UInt8], authenticating data: [UInt8] = []
) -> (text: [UInt8], tag: [UInt8]) {
  let aes = ReferenceAES(key: key)
  func counterBlock(_ counter: Int) -> [UInt8] { nonce + bigEndian(UInt32(counter)) }
  var output: [UInt8] = []
  for start in stride(from: 0, to: text.count, by: 16) {
    let stream = aes.encrypt(counterBlock(start / 16 + 2))
    output += zip(text[start..<min(start + 16, text.count)], stream).map { $0 ^ $1 }
  }
  let hashKey = number(aes.encrypt([UInt8](repeating: 0, count: 16)))
  var hash: UInt128 = 0
  for part in [data, output] {
    for start in stride(from: 0, to: part.count, by: 16) {
      let block = Array(part[start..<min(start + 16, part.count)])
      hash = product(hash ^ number(block + [UInt8](repeating: 0, count: 16 - block.count)), hashKey)
    }
  }
  hash = product(hash ^ (UInt128(data.count * 8) << 64 | UInt128(output.count * 8)), hashKey)
  return (output, bigEndian(hash ^ number(aes.encrypt(counterBlock(1)))))
}

private func number(_ octets: [UInt8]) -> UInt128 { octets.reduce(0) { $0 << 8 | UInt128($1) } }

private func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
  (0..<(number.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

/// In GF(2^128), bit 0 first.
private func product(_ left: UInt128, _ right: UInt128) -> UInt128 {
  var result: UInt128 = 0
  var factor = right
  for bit in (0..<128).reversed() {
    if left >> bit & 1 == 1 { result ^= factor }
    factor = factor & 1 == 1 ? factor >> 1 ^ 0xE1 << 120 : factor >> 1
  }
  return result
}

private struct ReferenceAES {
  private var roundKeys: [[UInt8]] = []

  init(key: [UInt8]) {
    var words = stride(from: 0, to: 16, by: 4).map { Array(key[$0..<($0 + 4)]) }
    var constant: UInt8 = 1
    for index in 4..<44 {
      var word = words[index - 1]
      if index % 4 == 0 {
        word = [word[1], word[2], word[3], word[0]].map { Self.substitutes[Int($0)] }
        word[0] ^= constant
        constant = Self.doubled(constant)
      }
      words.append(zip(words[index - 4], word).map { $0 ^ $1 })
    }
    roundKeys = (0..<11).map { round in Array(words[(round * 4)..<(round * 4 + 4)].joined()) }
  }

  func encrypt(_ block: [UInt8]) -> [UInt8] {
    var state = zip(block, roundKeys[0]).map { $0 ^ $1 }
    for round in 1...10 {
      // SubBytes and ShiftRows; the state is kept column by column.
      state = (0..<16).map { Self.substitutes[Int(state[($0 + 4 * ($0 % 4)) % 16])] }
      if round < 10 {
        state = (0..<16).map { place in
          let column = place / 4 * 4
          let own = state[place]
          let next = state[column + (place + 1) % 4]
          return Self.doubled(own) ^ Self.doubled(next) ^ next ^ state[column + (place + 2) % 4]
            ^ state[column + (place + 3) % 4]
        }
      }
      state = zip(state, roundKeys[round]).map { $0 ^ $1 }
    }
    return state
  }

  private static func doubled(_ octet: UInt8) -> UInt8 { octet << 1 ^ (octet & 0x80 != 0 ? 0x1B : 0) }

  /// The S-box: the inverse in GF(2^8), then an affine map.
  private static let substitutes: [UInt8] = {
    var box = [UInt8](repeating: 0x63, count: 256)
    var power: UInt8 = 1
    var inverse: UInt8 = 1
    repeat {
      // Times 3, and divided by 3.
      power = power ^ doubled(power)
      inverse ^= inverse << 1
      inverse ^= inverse << 2
      inverse ^= inverse << 4
      if inverse & 0x80 != 0 { inverse ^= 0x09 }
      func turned(_ count: UInt8) -> UInt8 { inverse << count | inverse >> (8 - count) }
      box[Int(power)] = inverse ^ turned(1) ^ turned(2) ^ turned(3) ^ turned(4) ^ 0x63
    } while power != 1
    return box
  }()
}
