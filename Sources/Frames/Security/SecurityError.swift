/// Why a ciphered message did not come out, and where.
package struct SecurityError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case truncated
    case titleLength(UInt8)
    case lengthForm(UInt8)
    case length(Int, present: Int)
    case suite(UInt8)
    case compressed
    /// There is no key at all.
    case keyNeeded
    /// There are keys, but none for this meter.
    case keyNeededFor(SystemTitle)
    case authentication
    /// A meter that authenticated its messages no longer does.
    case notAuthenticated
    case repeated(UInt32, last: UInt32)
    /// The APDU inside begins with something else; nil: there is none.
    case otherTag(UInt8?, APDUDecryptor.Protection)
  }

  package let kind: Kind
  /// The place in the octets that were read; nil when the message as a whole is meant.
  package let offset: Int?

  init(_ kind: Kind, at offset: Int? = nil) {
    self.kind = kind
    self.offset = offset
  }

  package var description: String { offset.map { "octet \($0): \(reason)" } ?? reason }

  private var reason: String {
    switch kind {
    case .truncated: "ciphered APDU is truncated"
    case .titleLength(let count): "system title of a ciphered APDU has \(count) octets, expected \(SystemTitle.size)"
    case .lengthForm(let octet): "\(hexText(octet)) is no form of the length of a ciphered APDU"
    case .length(let length, let present): "length of the ciphered APDU says \(length) octets, \(present) came"
    case .suite(let suite): "encrypted with security suite \(suite); only suite 0 (AES-128-GCM) is known here"
    case .compressed: "encrypted and compressed; compression is not known here"
    case .keyNeeded: "frames are encrypted; a key is needed"
    case .keyNeededFor(let title): "frames are encrypted; a key is needed for system title \(title)"
    case .authentication:
      "authentication of an encrypted message failed: a key is wrong, or the message was altered"
    case .notAuthenticated: "encrypted message without authentication from a meter that authenticated those before"
    case .repeated(let counter, let last):
      "encrypted message was heard before: its invocation counter is \(counter), the last was \(last)"
    case .otherTag(let tag, let protection):
      "decrypted message \(tag.map { "begins with \(hexText($0))" } ?? "is empty"), expected 0x0F (Data-Notification)"
        + (protection.isAuthenticated ? "" : ": the encryption key is wrong")
    }
  }

  /// The container is whole, but ciphered in a way that is not known here, or with a few octets behind its end, as bridges
  /// leave them that take a frame off.
  var isOfWholeContainer: Bool {
    switch kind {
    case .suite, .compressed: true
    case .length(let length, let present): (length...(length + 8)).contains(present)
    default: false
    }
  }

  /// The same with its place counted from elsewhere.
  func moved(by distance: Int) -> SecurityError { SecurityError(kind, at: offset.map { $0 + distance }) }
}
