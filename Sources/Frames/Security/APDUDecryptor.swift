/// Takes the APDU out of a ciphered one: finds the key, decrypts, authenticates, refuses what was heard before.
///
///     let protection = try decryptor.decrypt(octets, in: range)
///     … read decryptor.plainText …
///     decryptor.accept()
package struct APDUDecryptor: Sendable {
  /// How a message was protected.
  package struct Protection: Hashable, Sendable {
    package let isEncrypted: Bool
    /// Its tag was there and is right.
    package let isAuthenticated: Bool
  }

  /// What became of the ciphered messages.
  package struct Counts: Hashable, Sendable {
    package var accepted = 0
    /// No key for them.
    package var keyNeeded = 0
    /// A wrong key, or damage: the tag is wrong, or what came out is no APDU.
    package var wrong = 0
    /// Sent again, or played back by somebody.
    package var repeated = 0
    /// Not a container that can be read here.
    package var malformed = 0

    package init() {}
  }

  /// The decrypted APDU: it begins with 0F (Data-Notification) or E0 (general-block-transfer). Empty after an error. The
  /// storage is used again.
  package private(set) var plainText: [UInt8] = []
  package private(set) var counts = Counts()

  private var keys: KeyRing
  private let cipher: (any AESGCM)?
  /// The meters heard, the one heard longest ago first.
  private var heard: [Heard] = []
  /// What `heard` will hold of the last message once it is accepted.
  private var candidate: Heard?

  private struct Heard: Sendable {
    let systemTitle: SystemTitle
    let invocationCounter: UInt32
    let isAuthenticated: Bool
  }

  /// Meters of which the last counter is kept.
  private static let mostMeters = 16

  /// Knows no key: every message needs one.
  package init() {
    keys = KeyRing()
    cipher = nil
  }

  package init(keys: KeyRing, cipher: any AESGCM) {
    self.keys = keys
    self.cipher = cipher
  }

  /// Goes over to other keys. Counters begin anew with them.
  package mutating func change(keys: KeyRing) {
    self.keys = keys
    heard.removeAll()
    candidate = nil
  }

  /// Decrypts the ciphered APDU that fills `octets[range]` into `plainText`.
  ///
  /// With an authentication key nothing comes out unless the tag is right. Without one a damaged message comes out as
  /// another: the caller has to parse all of it before it believes anything, and to `accept` it then.
  package mutating func decrypt(
    _ octets: Span<UInt8>, in range: Range<Int>
  ) throws(SecurityError) -> Protection {
    candidate = nil
    do { return try open(octets, in: range) } catch {
      plainText.removeAll(keepingCapacity: true)
      count(error)
      throw error
    }
  }

  /// The last message was understood: its counter is spent, and neither it nor an older one is taken again.
  package mutating func accept() {
    guard let candidate else { return }
    self.candidate = nil
    counts.accepted += 1
    heard.removeAll { $0.systemTitle == candidate.systemTitle }
    if heard.count == APDUDecryptor.mostMeters { heard.removeFirst() }
    heard.append(candidate)
  }

  private mutating func open(_ octets: Span<UInt8>, in range: Range<Int>) throws(SecurityError) -> Protection {
    guard let cipher, !keys.isEmpty else { throw SecurityError(.keyNeeded) }
    let apdu = try CipheredAPDU(octets, in: range)
    guard let keys = keys.keys(of: apdu.systemTitle) else { throw SecurityError(.keyNeededFor(apdu.systemTitle)) }
    let protection = Protection(
      isEncrypted: apdu.security.isEncrypted,
      isAuthenticated: try cipher.open(apdu, of: octets, with: keys, into: &plainText))
    guard plainText.first == DataNotification.tag || plainText.first == APDUDecryptor.blockTransfer else {
      throw SecurityError(.otherTag(plainText.first, protection))
    }
    if let last = heard.first(where: { $0.systemTitle == apdu.systemTitle }) {
      guard protection.isAuthenticated || !last.isAuthenticated else { throw SecurityError(.notAuthenticated) }
      guard apdu.invocationCounter > last.invocationCounter else {
        throw SecurityError(.repeated(apdu.invocationCounter, last: last.invocationCounter))
      }
    }
    candidate = Heard(
      systemTitle: apdu.systemTitle, invocationCounter: apdu.invocationCounter,
      isAuthenticated: protection.isAuthenticated)
    return protection
  }

  private mutating func count(_ error: SecurityError) {
    switch error.kind {
    case .keyNeeded, .keyNeededFor: counts.keyNeeded += 1
    case .authentication, .otherTag, .notAuthenticated: counts.wrong += 1
    case .repeated: counts.repeated += 1
    case .truncated, .titleLength, .lengthForm, .length, .suite, .compressed: counts.malformed += 1
    }
  }

  /// general-block-transfer: the APDU inside may be a part of one.
  private static let blockTransfer: UInt8 = 0xE0
}
