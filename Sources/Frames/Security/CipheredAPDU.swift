/// A general-glo-ciphering APDU (DLMS Green Book; `protocol.md` 7.1), as places in the octets.
///
///     DB | 08 | system title 8 | length | security control 1 | invocation counter 4 | text n | tag 12
///                                       '------------------ length counts these -------------------'
package struct CipheredAPDU: Hashable, Sendable {
  package let systemTitle: SystemTitle
  package let security: SecurityControl
  package let invocationCounter: UInt32
  /// The APDU inside: cipher text, or plain where `security` says that nothing is encrypted.
  package let text: Range<Int>
  /// The tag; nil where `security` says that nothing is authenticated.
  package let tag: Range<Int>?

  package static let tag: UInt8 = 0xDB
  /// The first 12 of GCM's 16 octets.
  package static let tagSize = 12

  /// Reads the APDU that fills `octets[range]`, which begins with its tag DB.
  package init(_ octets: Span<UInt8>, in range: Range<Int>) throws(SecurityError) {
    let end = range.upperBound
    var place = range.lowerBound + 1
    guard place < end else { throw SecurityError(.truncated, at: range.lowerBound) }
    guard octets[place] == SystemTitle.size else { throw SecurityError(.titleLength(octets[place]), at: place) }
    place += 1
    guard end - place > SystemTitle.size else { throw SecurityError(.truncated, at: range.lowerBound) }
    systemTitle = SystemTitle(CipheredAPDU.number(octets, at: place, width: SystemTitle.size))
    place += SystemTitle.size
    let lengthPlace = place
    let length: Int
    do { length = try AXDRReader.length(octets, at: &place, end: end) } catch {
      guard case .lengthForm(let octet) = error.kind else { throw SecurityError(.truncated, at: range.lowerBound) }
      throw SecurityError(.lengthForm(octet), at: error.offset)
    }
    guard length == end - place else {
      throw SecurityError(.length(length, present: end - place), at: lengthPlace)
    }
    guard length >= 5 else { throw SecurityError(.truncated, at: range.lowerBound) }
    security = SecurityControl(octets[place])
    guard security.suite == 0 else { throw SecurityError(.suite(security.suite), at: place) }
    guard !security.isCompressed else { throw SecurityError(.compressed, at: place) }
    invocationCounter = UInt32(truncatingIfNeeded: CipheredAPDU.number(octets, at: place + 1, width: 4))
    place += 5
    let tagSize = security.isAuthenticated ? CipheredAPDU.tagSize : 0
    guard end - place >= tagSize else { throw SecurityError(.truncated, at: range.lowerBound) }
    text = place..<(end - tagSize)
    tag = security.isAuthenticated ? text.upperBound..<end : nil
  }

  /// GCM's initialization vector, 12 octets: system title, invocation counter.
  package var nonce: [UInt8] { octets(of: systemTitle.value) + octets(of: invocationCounter) }

  /// What the tag vouches for besides what is encrypted: the security control and the authentication key, and the plain
  /// text where it is not encrypted. Empty where nothing is authenticated.
  package func additionalData(authenticationKey: Key128, plainText: [UInt8]) -> [UInt8] {
    guard security.isAuthenticated else { return [] }
    return [security.octet] + authenticationKey.octets + (security.isEncrypted ? [] : plainText)
  }

  /// The big-endian number in the `width` octets from `place`, which are there.
  private static func number(_ octets: Span<UInt8>, at place: Int, width: Int) -> UInt64 {
    var number: UInt64 = 0
    for index in place..<(place + width) { number = number << 8 | UInt64(octets[index]) }
    return number
  }
}

/// How an APDU is protected, one octet (DLMS Green Book; `protocol.md` 7.1).
///
///     compressed | key set | encrypted | authenticated | suite 4
package struct SecurityControl: Hashable, Sendable {
  package let octet: UInt8

  package init(_ octet: UInt8) { self.octet = octet }

  /// 0: AES-128-GCM.
  package var suite: UInt8 { octet & 0x0F }
  package var isAuthenticated: Bool { octet & 0x10 != 0 }
  package var isEncrypted: Bool { octet & 0x20 != 0 }
  package var isCompressed: Bool { octet & 0x80 != 0 }
}

/// Who ciphers: three letters of the maker, five octets of the meter's own.
package struct SystemTitle: Hashable, Sendable, CustomStringConvertible {
  package static let size = 8

  package let value: UInt64

  package init(_ value: UInt64) { self.value = value }

  /// `4B414D4501234567`
  package var description: String { octets(of: value).map { hexText($0).dropFirst(2) }.joined() }
}

private func octets(of number: some FixedWidthInteger) -> [UInt8] {
  (0..<(number.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}
