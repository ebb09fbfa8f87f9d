import Frames
import Metering
import Simulator

/// What one message says: to be compared with what was read.
struct Truth: Hashable {
  var readings: Readings
  var clock: MeterClock?
  /// The meter's number; empty where the message names none.
  var meter: ShortText

  init(readings: Readings, clock: MeterClock?, meter: ShortText) {
    self.readings = readings
    self.clock = clock
    self.meter = meter
  }

  init(_ list: MeterList) {
    self.init(readings: list.readings, clock: list.clock, meter: list.meterID)
  }
}

/// A message on its way: its octets, what they say, and when its first octet is sent.
struct Sent {
  var octets: [UInt8]
  var truth: Truth
  var time: UTCTime
}

/// Messages of simulated meters.
enum Sender {
  static let start = UTCTime(seconds: 1_768_478_400)  // 2026-01-15T12:00:00Z

  static func model(_ name: String) -> MeterModel {
    do { return try MeterModel.named(name) } catch { fatalError("\(error)") }
  }

  /// The first `count` messages of one meter, in the order of its timetable.
  static func messages(
    _ model: MeterModel, count: Int, seed: UInt64, lists: Set<PushList> = Set(PushList.allCases)
  ) -> [Sent] {
    let meter = SimulatedMeter(
      model: model, seed: seed, hasSolar: seed % 2 == 0, from: start, to: start + .hours(24 * 365))
    let number = ShortText(model.identity.id)
    var messages: [Sent] = []
    messages.reserveCapacity(count)
    for message in meter where lists.contains(message.list) {
      let truth = Truth(
        readings: message.readings, clock: message.clock, meter: message.list == .list1 ? ShortText() : number)
      messages.append(Sent(octets: message.octets, truth: truth, time: message.sent))
      if messages.count == count { break }
    }
    return messages
  }

  /// Messages of every Norwegian meter, one of each in turn.
  static func inTurn(count: Int, seed: UInt64) -> [Sent] {
    let models = MeterModel.all
    let each = (count + models.count - 1) / models.count
    let meters = models.enumerated().map { messages($1, count: each, seed: seed + UInt64($0)) }
    return (0..<count).map { meters[$0 % models.count][$0 / models.count] }
  }

  /// The first `count` messages of every Norwegian meter together, in the order in which they are sent.
  static func mix(count: Int, seed: UInt64) -> [Sent] {
    let models = MeterModel.all
    var all = models.enumerated().flatMap { messages($1, count: count / 8, seed: seed + UInt64($0)) }
    all.sort { $0.time < $1.time }
    return Array(all.prefix(count))
  }
}
