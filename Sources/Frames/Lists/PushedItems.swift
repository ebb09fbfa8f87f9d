import Metering

extension ListDecoder {
  /// Whether the body is the list of pushed objects and then a value for each: the first element is an array of
  /// `{class, OBIS code, attribute, index}`, which begins with the push setup itself (class 40; Blue Book 4.4.8).
  func isListOfObjects(_ octets: Span<UInt8>) -> Bool {
    guard nodes[1].count == nodes[0].count, nodes[1].count > 0 else { return false }
    var place = 2
    for index in 0..<nodes[1].count {
      let object = nodes[place]
      guard object.tag == .structure, object.count == 4, nodes[place + 1].tag == .longUnsigned,
        code(nodes[place + 2], octets) != nil, nodes[place + 3].tag == .integer, !nodes[place + 4].tag.isContainer
      else { return false }
      if index == 0, nodes[place + 1].value != 40 { return false }
      place = Int(object.next)
    }
    return true
  }

  /// Attribute 2 of an object is its value, attribute 3 of a register its scaler and unit. Where the latter is not pushed, the
  /// scale is the layout's.
  mutating func itemsOfPushed(_ octets: Span<UInt8>) throws(ListError) {
    var object = 2
    var value = 1
    for _ in 0..<nodes[0].count {
      if let code = code(nodes[object + 2], octets), nodes[object + 3].value == 2 {
        let field = Field.of(code)
        items.append(
          Item(field: field, code: code, node: value, exponent: impliedExponent(of: field), certainty: .documented))
      }
      object = Int(nodes[object].next)
      value = Int(nodes[value].next)
    }
    object = 2
    value = 1
    for _ in 0..<nodes[0].count {
      if let code = code(nodes[object + 2], octets), nodes[object + 3].value == 3, isScalerUnit(value),
        let index = items.firstIndex(where: { $0.code == code })
      {
        items[index].exponent = try scaler(at: value, measuring: items[index].field)
        items[index].certainty = .sent
      }
      object = Int(nodes[object].next)
      value = Int(nodes[value].next)
    }
  }
}
