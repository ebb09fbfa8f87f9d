/// AES-128-GCM (NIST SP 800-38D), which a library does: this module needs none.
package protocol AESGCM: Sendable {
  /// Encrypts `text` in place and returns the 16 octets of its tag; nil when the library refuses.
  ///
  /// GCM encrypts in counter mode, so that encrypting a cipher text with the same key and nonce gives its plain text. No
  /// more is asked of the library, because most want all 16 octets of a tag before they decrypt, and meters send 12.
  ///
  /// - Parameters:
  ///   - nonce: 12 octets.
  ///   - data: what the tag vouches for besides the text.
  func encrypt(_ text: inout [UInt8], key: Key128, nonce: [UInt8], authenticating data: [UInt8]) -> [UInt8]?
}

extension AESGCM {
  /// Decrypts what is encrypted, and says whether its tag is right. Without a tag, or a key to check it with, it is not.
  ///
  /// Errors: the tag is wrong. `text` is then empty: nothing of it may be used.
  func open(
    _ apdu: CipheredAPDU, of octets: Span<UInt8>, with keys: MeterKeys, into text: inout [UInt8]
  ) throws(SecurityError) -> Bool {
    text.removeAll(keepingCapacity: true)
    for place in apdu.text { text.append(octets[place]) }
    if apdu.security.isEncrypted {
      guard encrypt(&text, key: keys.encryption, nonce: apdu.nonce, authenticating: []) != nil else {
        text.removeAll(keepingCapacity: true)
        throw SecurityError(.authentication)
      }
    }
    guard let tag = apdu.tag, let authenticationKey = keys.authentication else { return false }
    var sealed = apdu.security.isEncrypted ? text : []
    let expected = encrypt(
      &sealed, key: keys.encryption, nonce: apdu.nonce,
      authenticating: apdu.additionalData(authenticationKey: authenticationKey, plainText: text))
    guard let expected, expected.count >= tag.count, isSame(expected, octets, at: tag) else {
      text.removeAll(keepingCapacity: true)
      throw SecurityError(.authentication)
    }
    return true
  }

  /// Compares in a time that does not tell where the first difference is.
  private func isSame(_ expected: [UInt8], _ octets: Span<UInt8>, at range: Range<Int>) -> Bool {
    var difference: UInt8 = 0
    for (expected, place) in zip(expected, range) { difference |= expected ^ octets[place] }
    return difference == 0
  }
}
