/// Up to 32 ASCII octets kept inline: meter numbers, type texts, list versions. Longer input is cut.
package struct ShortText: Hashable, Sendable {
  package static let capacity = 32

  @usableFromInline var octets = InlineArray<32, UInt8>(repeating: 0)
  @usableFromInline package private(set) var count = 0

  @inlinable package init() {}

  package init(_ text: String) {
    for octet in text.utf8 { append(octet) }
  }

  @inlinable package mutating func append(_ octet: UInt8) {
    guard count < 32 else { return }
    octets[count] = octet
    count += 1
  }

  @inlinable package mutating func removeAll() { count = 0 }

  package var isEmpty: Bool { count == 0 }

  @inlinable package subscript(index: Int) -> UInt8 { octets[index] }

  package func hasPrefix(_ prefix: StaticString) -> Bool {
    guard prefix.utf8CodeUnitCount <= count else { return false }
    return prefix.withUTF8Buffer { expected in
      for index in 0..<expected.count where octets[index] != expected[index] { return false }
      return true
    }
  }

  package static func == (left: ShortText, right: ShortText) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left.octets[index] != right.octets[index] { return false }
    return true
  }

  package func hash(into hasher: inout Hasher) {
    for index in 0..<count { hasher.combine(octets[index]) }
  }
}

extension ShortText: CustomStringConvertible, ExpressibleByStringLiteral {
  package init(stringLiteral text: String) { self.init(text) }

  /// The text; an octet outside printable ASCII shows as `.`.
  package var description: String {
    var text = ""
    for index in 0..<count {
      let octet = octets[index]
      text.unicodeScalars.append(Unicode.Scalar((0x20...0x7E).contains(octet) ? octet : 0x2E))
    }
    return text
  }
}
