/// The samples on a page of a damaged log, known by their form: a big key that is the number of the row, and as many columns of
/// whole numbers or NULL as one of the two tables has. They are nearly all of a log, so that nothing is made for one alone.
struct SampleRows {
  /// Key and columns, row after row.
  private(set) var power: [Int64?] = []
  private(set) var phase: [Int64?] = []

  static let powerWidth = SampleTable.power.columns.count + 1
  static let phaseWidth = SampleTable.phase.columns.count + 1

  var isEmpty: Bool { power.isEmpty && phase.isEmpty }

  /// The keys of all of them.
  var keys: [Int64] {
    stride(from: 0, to: power.count, by: SampleRows.powerWidth).compactMap { power[$0] }
      + stride(from: 0, to: phase.count, by: SampleRows.phaseWidth).compactMap { phase[$0] }
  }

  /// No sample has more octets.
  private static let longest: Int64 = 256

  /// Takes the row that begins at `place` of a leaf of a table. False when that is no sample, and then nothing is taken.
  mutating func take(_ page: [UInt8], at place: Int) -> Bool {
    var place = place
    guard let size = page.varint(&place), (1...SampleRows.longest).contains(size), let key = page.varint(&place),
      key >= RowKey.lowest(of: 1), Int(size) <= page.count - place
    else { return false }
    let (width, end) = (Int(page[place]) - 1, place + Int(size))
    guard width == SampleRows.powerWidth || width == SampleRows.phaseWidth, width < Int(size) else { return false }
    let cell = Cell(page: page, types: place + 1..<place + 1 + width, end: end)
    return width == SampleRows.powerWidth ? cell.append(key, to: &power) : cell.append(key, to: &phase)
  }

  /// A record of one octet for the type of each column, then the values.
  private struct Cell {
    let page: [UInt8]
    let types: Range<Int>
    let end: Int

    func append(_ key: Int64, to rows: inout [Int64?]) -> Bool {
      let count = rows.count
      // The key stands as the number of the row; its own column is NULL.
      guard page[types.lowerBound] == 0 else { return false }
      rows.append(key)
      var place = types.upperBound
      for type in types.dropFirst() {
        guard let value = value(page[type], &place) else {
          rows.removeLast(rows.count - count)
          return false
        }
        rows.append(value)
      }
      guard place == end else {
        rows.removeLast(rows.count - count)
        return false
      }
      return true
    }

    /// Nil in nil for NULL; nil for what is no number.
    private func value(_ type: UInt8, _ place: inout Int) -> Int64?? {
      let size: Int
      switch type {
      case 0: return .some(nil)
      case 8, 9: return Int64(type) - 8
      case 1...4: size = Int(type)
      case 5: size = 6
      case 6: size = 8
      default: return nil
      }
      guard place + size <= end else { return nil }
      var value: Int64 = page[place] & 0x80 == 0 ? 0 : -1
      for octet in place..<place + size { value = value << 8 | Int64(page[octet]) }
      place += size
      return value
    }
  }
}
