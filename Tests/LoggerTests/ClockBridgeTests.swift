import Metering
import Testing

@testable import Logger

@Suite struct `Clock bridge` {
  private let noon = UTCTime(seconds: 1_768_478_400)
  /// Long after the start of the computer.
  private let uptime = TimeSpan.hours(10)

  private func bridge(isSynchronised: Bool = false, newest: UTCTime? = nil) -> ClockBridge {
    ClockBridge(host: noon, uptime: uptime, isSynchronised: isSynchronised, newest: newest)
  }

  @Test func `small steps are followed and not told`() {
    var bridge = bridge()
    let later = uptime + .seconds(60)
    let host = noon + .seconds(61)
    #expect(bridge.look(host: host, uptime: later, isSynchronised: false) == nil)
    #expect(bridge.time(at: later) == host)
  }

  @Test(arguments: [TimeSpan.hours(1), .hours(-1), .hours(24 * 365), .hours(-24 * 365 * 56)])
  func `a step that nobody confirms is bridged, told once, and the meter keeps the old time`(step: TimeSpan) {
    var bridge = bridge()
    #expect(bridge.meter(says: [noon], uptime: uptime) == nil)
    #expect(bridge.trust == .confirmed)
    for minute in 1...600 {
      let later = uptime + .minutes(Int64(minute))
      let truth = noon + .minutes(Int64(minute))
      let news = bridge.look(host: truth + step, uptime: later, isSynchronised: false)
      #expect(news == (minute == 1 ? .stepped(step) : nil))
      #expect(bridge.time(at: later) == truth)
      #expect(bridge.meter(says: [truth, truth - .hour], uptime: later) == nil)
    }
    // The clock comes back by itself: nothing was moved.
    let end = uptime + .minutes(601)
    #expect(bridge.look(host: noon + .minutes(601), uptime: end, isSynchronised: false) == nil)
    #expect(bridge.time(at: end) == noon + .minutes(601))
  }

  @Test func `a step is followed when a time server has made it`() {
    var bridge = bridge(isSynchronised: true)
    let step = TimeSpan.hours(3)
    let news = bridge.look(host: noon + step, uptime: uptime, isSynchronised: true)
    #expect(news == .moved(step, .synchronised))
    #expect(bridge.time(at: uptime) == noon + step)
  }

  @Test func `a step is followed when the meter agrees with it`() {
    var bridge = bridge(isSynchronised: true)
    let step = TimeSpan.hours(-24)
    #expect(bridge.look(host: noon + step, uptime: uptime, isSynchronised: false) == .stepped(step))
    #expect(bridge.meter(says: [noon + step + .seconds(3)], uptime: uptime) == .moved(step, .meter))
    #expect(bridge.time(at: uptime) == noon + step)
  }

  @Test func `a step that stands for an hour, without a meter, was meant`() {
    var bridge = bridge(isSynchronised: true)
    let step = TimeSpan.hours(5)
    #expect(bridge.look(host: noon + step, uptime: uptime, isSynchronised: false) == .stepped(step))
    let before = uptime + .minutes(64)
    #expect(bridge.look(host: noon + .minutes(64) + step, uptime: before, isSynchronised: false) == nil)
    let after = uptime + .minutes(65)
    #expect(
      bridge.look(host: noon + .minutes(65) + step, uptime: after, isSynchronised: false) == .moved(step, .patience))
  }

  // MARK: The start

  @Test func `after a start of the computer rows wait for a time server, five minutes at most`() {
    var bridge = ClockBridge(host: noon, uptime: .seconds(20), isSynchronised: false, newest: noon - .hours(2))
    #expect(!bridge.isBelieved)
    // fake-hwclock has left the time of the last shutdown; the server moves it.
    let step = TimeSpan.hours(2)
    let news = bridge.look(host: noon + step + .seconds(5), uptime: .seconds(25), isSynchronised: true)
    #expect(news == .moved(step, .synchronised))
    #expect(bridge.isBelieved)

    var alone = ClockBridge(host: noon, uptime: .seconds(20), isSynchronised: false, newest: nil)
    #expect(alone.look(host: noon + .seconds(279), uptime: .seconds(299), isSynchronised: false) == nil)
    #expect(!alone.isBelieved)
    #expect(alone.look(host: noon + .seconds(280), uptime: .seconds(300), isSynchronised: false) == nil)
    #expect(alone.isBelieved)
  }

  @Test func `a clock that stands before the newest row is not believed, however long the computer has run`() {
    var bridge = bridge(newest: noon + .hours(1))
    #expect(!bridge.isBelieved)
    #expect(bridge.look(host: noon + .minutes(60), uptime: uptime + .minutes(60), isSynchronised: false) == nil)
    #expect(bridge.isBelieved, "by now it is past the newest row")
  }

  @Test func `a clock of 1970 waits for the meter, which must go`() {
    let start = UTCTime(seconds: 100)
    var bridge = ClockBridge(host: start, uptime: .seconds(100), isSynchronised: false, newest: nil)
    #expect(!bridge.isBelieved)
    #expect(bridge.meter(says: [noon], uptime: .seconds(110)) == nil)
    // The same list again: a clock that stands.
    #expect(bridge.meter(says: [noon], uptime: .seconds(120)) == nil)
    #expect(!bridge.isBelieved)
    #expect(
      bridge.meter(says: [noon + .seconds(10)], uptime: .seconds(130))
        == .moved(noon + .seconds(10) - UTCTime(seconds: 130), .meter))
    #expect(bridge.isBelieved)
    #expect(bridge.time(at: .seconds(130)) == noon + .seconds(10))
  }

  @Test func `where nothing else is to be had, the clock is believed after an hour`() {
    let start = UTCTime(seconds: 100)
    var bridge = ClockBridge(host: start, uptime: .seconds(100), isSynchronised: false, newest: nil)
    #expect(bridge.look(host: start + .minutes(64), uptime: .seconds(100) + .minutes(64), isSynchronised: false) == nil)
    #expect(!bridge.isBelieved)
    #expect(bridge.look(host: start + .minutes(65), uptime: .seconds(100) + .minutes(65), isSynchronised: false) == nil)
    #expect(bridge.isBelieved)
  }

  @Test func `what waits is moved once, and what came after the step is not`() throws {
    let meter = MeterIdentity(id: "7359992000000033", maker: .aidon)
    var waiting = Waiting()
    let early = Sample(arrival: UTCTime(seconds: 100), readings: [.activePowerImport: 1])
    let late = Sample(arrival: noon, readings: [.activePowerImport: 2])
    waiting.take(.sample(early, of: meter), from: "main", epoch: 0)
    waiting.take(.sample(late, of: meter), from: "main", epoch: 1)
    waiting.move(by: .hours(1), before: 1)
    waiting.move(by: .hours(1), before: 1)
    #expect(waiting.items.map(\.record.time) == [early.arrival + .hours(1), noon])
  }
}
