package import Metering

/// Why a body did not become a list.
package enum ListDecodingError: Error, Hashable, Sendable {
  /// It is no A-XDR value.
  case body(AXDRError)
  /// It is one, but no list that is known here.
  case list(ListError)
}

/// Why a well-formed body is not a list that can be read, and where.
package struct ListError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case unknownShape
    case notAdmitted(String, Manufacturer)
    case element
    case scalerUnit
    case unit(Int64, Quantity)
    case type(AXDRTag, String)
    case scale(Quantity, Int64, Int)
    case twice(String)
    case longText(Int)
  }

  package let kind: Kind
  package let offset: Int

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  package var description: String { "octet \(offset): \(reason)" }

  private var reason: String {
    switch kind {
    case .unknownShape: "no known layout has this shape"
    case .notAdmitted(let layout, let manufacturer):
      "this is a list of \(layout), but meter_manufacturer is \(manufacturer.rawValue); set it to auto"
    case .element: "element does not begin with an OBIS code"
    case .scalerUnit: "value is not followed by its scaler and unit"
    case .unit(let code, let quantity): "unit code \(code) is not that of \(quantity.key)"
    case .type(let tag, let expected): "\(tag.name) where \(expected) is expected"
    case .scale(let quantity, let raw, let exponent):
      "\(raw) × 10^\(exponent) is no whole number of the base unit of \(quantity.key)"
    case .twice(let key): "\(key) stands there twice"
    case .longText(let count): "text of \(count) octets, at most \(ShortText.capacity) expected"
    }
  }
}
