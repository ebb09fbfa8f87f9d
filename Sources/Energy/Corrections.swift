package import Metering

/// A figure that somebody has put in the place of an hour's, with a reason. Facts stay as they are below it.
package struct Correction: Hashable, Sendable {
  package enum Direction: String, CaseIterable, Hashable, Sendable {
    case activeImport = "import", activeExport = "export"
  }

  /// The full hour (UTC) that it is about.
  package var hour: UTCTime
  package var direction: Direction
  /// Wh; nil takes an earlier correction back.
  package var wattHours: Int64?
  package var reason: String
  package var made: UTCTime

  package init(hour: UTCTime, direction: Direction, wattHours: Int64?, reason: String, made: UTCTime) {
    self.hour = hour
    self.direction = direction
    self.wattHours = wattHours
    self.reason = reason
    self.made = made
  }
}

/// The corrections of one meter that hold: of several for an hour and direction the last one, whatever the clock said.
package struct Corrections: Sendable {
  /// In order of hour, import before export.
  package let holding: [Correction]

  package static let none = Corrections([])

  package var isEmpty: Bool { holding.isEmpty }

  /// Corrections in the order in which they were made. One that is not for a full hour, or whose figure no meter can show, is left out.
  package init(_ made: some Sequence<Correction>) {
    let ordered = made.enumerated().filter { _, correction in
      correction.hour.isCredible && correction.hour == correction.hour.floor(to: .hour)
        && correction.wattHours.map((0..<Energies.limit).contains) != false
    }.sorted { left, right in
      (left.element.hour, left.element.direction.place, left.offset)
        < (right.element.hour, right.element.direction.place, right.offset)
    }
    var last: [Correction] = []
    for (_, correction) in ordered {
      if let previous = last.last, previous.hour == correction.hour, previous.direction == correction.direction {
        last[last.count - 1] = correction
      } else {
        last.append(correction)
      }
    }
    holding = last.filter { $0.wattHours != nil }
  }

  /// Those of the hours in `range`.
  package func within(_ range: Range<UTCTime>) -> ArraySlice<Correction> {
    let first = holding.partitioningIndex { $0.hour >= range.lowerBound }
    let end = holding.partitioningIndex { $0.hour >= range.upperBound }
    return holding[first..<max(first, end)]
  }
}

extension Correction.Direction {
  fileprivate var place: Int { self == .activeImport ? 0 : 1 }
}
