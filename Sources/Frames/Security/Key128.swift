/// A key of 128 bits. It never prints itself, however it is asked: `<key>`.
package struct Key128: Hashable, Sendable {
  package static let size = 16

  private let high: UInt64
  private let low: UInt64

  /// Nil when there are not 16 octets.
  package init?(_ octets: some Collection<UInt8>) {
    guard octets.count == Key128.size else { return nil }
    high = octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = octets.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The key itself, for the cipher alone.
  package var octets: [UInt8] {
    [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
  }
}

extension Key128: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<key>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(reflecting: description) }
}

/// The keys of one meter, as its grid company hands them out (Kamstrup: GPK60 and GPK61).
package struct MeterKeys: Hashable, Sendable {
  /// EK, the global unicast encryption key.
  package let encryption: Key128
  /// AK; without it nothing is authenticated, and only what comes out tells whether the encryption key is right.
  package let authentication: Key128?

  package init(encryption: Key128, authentication: Key128? = nil) {
    self.encryption = encryption
    self.authentication = authentication
  }
}

/// Which keys are whose.
package struct KeyRing: Hashable, Sendable {
  /// For every meter that has none of its own.
  package var common: MeterKeys?
  package var meters: [SystemTitle: MeterKeys]

  package init(common: MeterKeys? = nil, meters: [SystemTitle: MeterKeys] = [:]) {
    self.common = common
    self.meters = meters
  }

  package var isEmpty: Bool { common == nil && meters.isEmpty }

  package func keys(of title: SystemTitle) -> MeterKeys? { meters[title] ?? common }
}
