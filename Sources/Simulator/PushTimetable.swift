package import Metering

/// When a meter sends which list (`protocol.md` 1.3), and when it reads its registers (8.1).
package struct PushTimetable: Hashable, Sendable {
  /// How often list 1 goes out; nil where there is none.
  package let list1Period: TimeSpan?
  /// How long after the full hour list 3 goes out.
  package var hourlyList: TimeSpan
  /// How long after the full hour the registers are read that list 3 carries.
  package var registerLatch: TimeSpan

  private static let list2Period = TimeSpan.seconds(10)

  /// The timetable of a maker.
  ///
  /// - Aidon: list 3 takes the place of a list 2 at hh:00:10, and a list 2 that of a list 1. Landis+Gyr is assumed to do
  ///   the same.
  /// - Kaifa: the same with list 1 every 2 s; its registers are those of the moment of sending.
  /// - Kamstrup: the hourly list comes between two others, at hh:00:05 on most meters, at :25, :35 or :55 on some. When it
  ///   reads its registers is not known; hh:00:00 is assumed.
  package init(maker: Maker) {
    switch maker {
    case .kaifa:
      list1Period = .seconds(2)
      hourlyList = .seconds(10)
      registerLatch = .seconds(10)
    case .kamstrup:
      list1Period = nil
      hourlyList = .seconds(5)
      registerLatch = .zero
    default:
      list1Period = TimeSpan(milliseconds: 2500)
      hourlyList = .seconds(10)
      registerLatch = .zero
    }
  }

  /// The time between two regular messages.
  package var period: TimeSpan { list1Period ?? PushTimetable.list2Period }

  /// The first instant at which something is sent, not before `time`.
  package func firstSend(from time: UTCTime) -> UTCTime {
    let thisHour = time.floor(to: .hour) + hourlyList
    return min(time.ceiling(to: period), thisHour < time ? thisHour + .hour : thisHour)
  }

  /// What is sent at `time`, one of the instants of `firstSend`.
  package func list(at time: UTCTime) -> PushList {
    if time - time.floor(to: .hour) == hourlyList { return .list3 }
    return time.floor(to: PushTimetable.list2Period) == time ? .list2 : .list1
  }
}
