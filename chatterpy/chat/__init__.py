"""The domain: people, rooms, messages. It knows neither Flask, gevent, SQL nor sockets."""
