/// The octets of a hex text; spaces, line ends and everything from `;` or `#` to the line's end are left out.
package func octets(_ text: String) -> [UInt8] {
  var digits: [UInt8] = []
  for line in text.split(whereSeparator: \.isNewline) {
    for character in line {
      if character == ";" || character == "#" { break }
      if let digit = character.hexDigitValue { digits.append(UInt8(digit)) }
    }
  }
  precondition(digits.count % 2 == 0, "odd number of hex digits")
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// `7E A0 2A`: octets as a person reads them.
package func hex(_ octets: some Sequence<UInt8>) -> String {
  octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
}
