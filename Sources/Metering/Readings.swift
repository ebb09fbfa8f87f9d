/// What one message said: a value in base units (W, var, mA, mV, Wh, varh) for each quantity that it carried.
///
/// Absent is absent, never 0. Storage is inline, so that decoding allocates nothing.
package struct Readings: Hashable, Sendable {
  @usableFromInline package var values = InlineArray<64, Int64>(repeating: 0)
  @usableFromInline package var present: UInt64 = 0

  @inlinable package init() {}

  @inlinable package subscript(quantity: Quantity) -> Int64? {
    get {
      let place = Int(quantity.rawValue)
      // By its span, because indexing an InlineArray here copies all of it.
      return present & (1 << UInt64(place)) == 0 ? nil : values.span[place]
    }
    set {
      let place = Int(quantity.rawValue)
      if let newValue {
        values[place] = newValue
        present |= 1 << UInt64(place)
      } else {
        present &= ~(1 << UInt64(place))
      }
    }
  }

  /// Sets a value that is not here yet; false, and nothing is changed, when there is one.
  @inlinable package mutating func insert(_ value: Int64, for quantity: Quantity) -> Bool {
    guard present & (1 << UInt64(quantity.rawValue)) == 0 else { return false }
    self[quantity] = value
    return true
  }

  @inlinable package mutating func removeAll() { present = 0 }

  package var isEmpty: Bool { present == 0 }

  /// The quantities that are here, in their order.
  package var quantities: [Quantity] { Quantity.allCases.filter { self[$0] != nil } }

  package static func == (left: Readings, right: Readings) -> Bool {
    left.present == right.present && Quantity.allCases.allSatisfy { left[$0] == right[$0] }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(present)
    for quantity in quantities { hasher.combine(self[quantity]) }
  }
}

extension Readings: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (Quantity, Int64)...) {
    self.init()
    for (quantity, value) in elements { self[quantity] = value }
  }
}
