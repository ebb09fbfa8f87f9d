internal import Metering
