import Crypto
import Foundation
import Frames

/// AES-128-GCM by swift-crypto.
struct CryptoGCM: AESGCM {
  func encrypt(_ text: inout [UInt8], key: Key128, nonce: [UInt8], authenticating data: [UInt8]) -> [UInt8]? {
    guard
      let box = try? AES.GCM.seal(
        text, using: SymmetricKey(data: key.octets), nonce: AES.GCM.Nonce(data: nonce), authenticating: data)
    else { return nil }
    text.replaceSubrange(text.indices, with: box.ciphertext)
    return [UInt8](box.tag)
  }
}
