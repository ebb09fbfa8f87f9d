import Frames
import TestSupport

/// The cipher by the book, where the programs use a library's.
struct ReferenceCipher: AESGCM {
  func encrypt(_ text: inout [UInt8], key: Key128, nonce: [UInt8], authenticating data: [UInt8]) -> [UInt8]? {
    let sealed = referenceGCM(text, key: key.octets, nonce: nonce, authenticating: data)
    text = sealed.text
    return sealed.tag
  }
}

extension CipheredMessage {
  /// The keys of this meter; without the authentication key if `authenticates` is false.
  func keys(authenticates: Bool = true) -> MeterKeys? {
    Key128(encryptionKey).map {
      MeterKeys(encryption: $0, authentication: authenticates ? Key128(authenticationKey) : nil)
    }
  }

  /// One that has the keys of this meter for all.
  func decryptor(authenticates: Bool = true) -> APDUDecryptor {
    APDUDecryptor(keys: KeyRing(common: keys(authenticates: authenticates)), cipher: ReferenceCipher())
  }
}

extension APDUDecryptor {
  /// What comes out of a ciphered APDU, accepted; or why nothing does.
  mutating func plainText(of apdu: [UInt8]) throws(SecurityError) -> [UInt8] {
    _ = try decrypt(apdu.span, in: 0..<apdu.count)
    accept()
    return plainText
  }

  /// Why nothing comes out; nil when something does.
  mutating func refusal(of apdu: [UInt8]) -> SecurityError.Kind? {
    do {
      _ = try plainText(of: apdu)
      return nil
    } catch {
      return error.kind
    }
  }
}
