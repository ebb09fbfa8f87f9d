import Metering

extension ListDecoder {
  /// Code, value, and scaler and unit, wherever they stand: containers are walked through and not asked for their shape.
  ///
  /// A measured value counts only with scaler and unit, as a structure of two or as two elements. Medium A is 0 or 1, for
  /// electricity and what is common: a heat meter's 1.0.0 is no clock.
  mutating func itemsOfLabelled(_ octets: Span<UInt8>, besides: [Field]) throws(ListError) {
    var unlabelled = besides[...]
    var place = 1
    while place < nodes.count {
      let node = nodes[place]
      if node.tag.isContainer {
        place += 1
        continue
      }
      guard let code = label(node, octets) else {
        items.append(Item(field: unlabelled.popFirst(), code: nil, node: place, exponent: 0))
        place += 1
        continue
      }
      let value = place + 1
      place = value
      // A name without a value, as that of the push setup.
      guard value < nodes.count, nodes[value].depth == node.depth, !nodes[value].tag.isContainer,
        label(nodes[value], octets) == nil
      else { continue }
      var item = Item(field: code.group(0) <= 1 ? Field.of(code) : nil, code: code, node: value, exponent: 0)
      place += 1
      if let pair = scalerUnit(behind: value) {
        item.exponent = try scaler(at: pair.place, measuring: item.field)
        place = pair.end
      } else if case .quantity = item.field, nodes[value].tag != .nullData {
        item.field = nil
      }
      items.append(item)
    }
  }

  /// An octet-string of six that ends with FF, as the code of a value that is not a billing period's does. Text does not.
  private func label(_ node: AXDRNode, _ octets: Span<UInt8>) -> OBISCode? {
    code(node, octets).flatMap { $0.group(5) == 0xFF ? $0 : nil }
  }

  /// Where the scaler and its unit stand behind a value of the same container: the place before the scaler.
  private func scalerUnit(behind value: Int) -> (place: Int, end: Int)? {
    let next = value + 1
    guard next < nodes.count, nodes[next].depth == nodes[value].depth else { return nil }
    if isScalerUnit(next) { return (next, Int(nodes[next].next)) }
    guard nodes[next].tag == .integer, next + 1 < nodes.count, nodes[next + 1].tag == .enumeration,
      nodes[next + 1].depth == nodes[value].depth
    else { return nil }
    return (value, next + 2)
  }
}
