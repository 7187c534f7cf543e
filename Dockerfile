# One image for every process: `api`, `worker`, `migrate` and the rest of `eaio --help`.
FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
ARG COMMIT=
# The binary brings its own time zones, so that they are those it was tested with.
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata \
    -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" \
    -o /out/eaio ./cmd/eaio

# Nothing but the binary and the certificates of the pinned image above.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/eaio /eaio
USER 65532:65532
EXPOSE 8080
# Asks port 8080 of this container: the API, or the probe of a worker (EAIO_PROBE).
HEALTHCHECK --interval=15s --timeout=8s --start-period=40s --retries=4 CMD ["/eaio", "doctor", "--ready"]
ENTRYPOINT ["/eaio"]
CMD ["api"]
